import FilterAPI
import NIOCore
import Synchronization

/// The tokens of one provider, of which each call takes one, for all event loops; what fails is left out.
final class TokenPool: Sendable {
    /// A token with its place in the configuration.
    typealias Entry = (index: Int, token: Secret)

    private let tokens: [Secret]
    /// `nil` when no token is ever left out.
    private let standings: Mutex<TokenStandings?>

    init(_ tokens: [Secret], _ rules: TokenFailover?) {
        self.tokens = tokens
        self.standings = Mutex(rules.map { TokenStandings(count: tokens.count, $0) })
    }

    /// A token that is not left out, any of them; when all are, any at all. `nil` when there is none.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - used: Tokens that are taken only when there is no other one.
    func take(at now: NIODeadline, besides used: Set<Int> = []) -> Entry? {
        if self.tokens.count < 2 { return self.tokens.first.map { (0, $0) } }
        let others = self.tokens.indices.filter { !used.contains($0) }
        let usable = self.standings.withLock { standings in
            others.filter { standings?.isUsable($0, at: now) ?? true }
        }
        let index = usable.randomElement() ?? others.randomElement() ?? self.tokens.indices.randomElement()
        return index.map { ($0, self.tokens[$0]) }
    }

    /// The token at a place.
    func token(_ index: Int) -> Secret { self.tokens[index] }

    /// Notes how a call with a token went; gives the absence that begins with it.
    func note(status: Int, of token: Int, at now: NIODeadline) -> TokenAbsence? {
        self.standings.withLock { $0?.note(status: status, of: token, at: now) }
    }

    /// Whether an absence goes on.
    func goesOn(_ absence: TokenAbsence, at now: NIODeadline) -> Bool {
        self.standings.withLock { $0?.goesOn(absence, at: now) ?? false }
    }

    /// Notes how a health check went; gives whether the token takes part again because of it.
    func checked(_ absence: TokenAbsence, isHealthy: Bool, at now: NIODeadline) -> Bool {
        self.standings.withLock { $0?.checked(absence, isHealthy: isHealthy, at: now) ?? false }
    }
}
