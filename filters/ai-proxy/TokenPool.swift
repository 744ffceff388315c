import FilterAPI
import NIOCore
import Synchronization

/// The tokens of one provider, of which each call takes one; a token that fails is left out for a while.
final class TokenPool: Sendable {
    private struct Standing {
        var failures = 0
        /// Until when it is left out.
        var outUntil = NIODeadline.uptimeNanoseconds(0)
    }

    /// When tokens are left out: `failover`.
    struct Rules: Sendable {
        /// How many failures in a row.
        let threshold: Int
        /// How long.
        let pause: Duration
        /// Patterns of the statuses that are failures.
        let statuses: [Pattern]

        /// Whether a status is a failure.
        func isFailure(_ status: Int) -> Bool { self.statuses.contains { $0.matches(String(status)) } }
    }

    private let tokens: [Secret]
    private let rules: Rules?
    private let standings: Mutex<[Standing]>

    init(_ tokens: [Secret], _ rules: Rules?) {
        self.tokens = tokens
        self.rules = rules
        self.standings = Mutex([Standing](repeating: Standing(), count: tokens.count))
    }

    /// A token that is not left out, any of them; when all are, any at all. `nil` when there is none.
    func take(at now: NIODeadline) -> (index: Int, token: Secret)? {
        if self.tokens.isEmpty { return nil }
        guard self.rules != nil, self.tokens.count > 1 else { return self.any(of: Array(self.tokens.indices)) }
        let standing = self.standings.withLock { standings in
            standings.indices.filter { standings[$0].outUntil <= now }
        }
        return self.any(of: standing.isEmpty ? Array(self.tokens.indices) : standing)
    }

    private func any(of indices: [Int]) -> (index: Int, token: Secret)? {
        indices.randomElement().map { ($0, self.tokens[$0]) }
    }

    /// Notes how a call with a token went; gives whether the token is left out from now on.
    @discardableResult
    func note(status: Int, of index: Int, at now: NIODeadline) -> Bool {
        guard let rules else { return false }
        let isFailure = rules.isFailure(status)
        return self.standings.withLock { standings in
            guard standings.indices.contains(index) else { return false }
            guard isFailure else {
                standings[index].failures = 0
                return false
            }
            // After its pause one failure is enough.
            standings[index].failures = min(standings[index].failures + 1, rules.threshold)
            guard standings[index].failures >= rules.threshold else { return false }
            standings[index].outUntil = now + TimeAmount(rules.pause)
            return true
        }
    }
}
