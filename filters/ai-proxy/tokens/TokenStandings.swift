import NIOCore

/// A time during which a token takes no part.
struct TokenAbsence: Sendable, Hashable {
    /// The token, by its place.
    let token: Int
    /// Tells it from earlier ones of the token.
    let number: Int
}

/// Which of a provider's tokens are left out, and until when.
struct TokenStandings: Sendable {
    private struct Standing {
        /// Failures in a row.
        var failures = 0
        /// The absence that has begun; `nil` while the token takes part.
        var absence: TokenAbsence?
        /// When it comes back by itself; `nil` for not before a health check.
        var end: NIODeadline?
        /// Good health checks in a row.
        var successes = 0
    }

    private let rules: TokenFailover
    private var standings: [Standing]
    private var absences = 0

    init(count: Int, _ rules: TokenFailover) {
        self.rules = rules
        self.standings = [Standing](repeating: Standing(), count: count)
    }

    /// Whether a token takes part.
    func isUsable(_ token: Int, at now: NIODeadline) -> Bool {
        let standing = self.standings[token]
        guard standing.absence != nil else { return true }
        return standing.end.map { $0 <= now } ?? false
    }

    /// Whether an absence goes on.
    func goesOn(_ absence: TokenAbsence, at now: NIODeadline) -> Bool {
        self.standings[absence.token].absence == absence && !self.isUsable(absence.token, at: now)
    }

    /// Notes how a call with a token went; gives the absence that begins with it.
    mutating func note(status: Int, of token: Int, at now: NIODeadline) -> TokenAbsence? {
        guard self.rules.statuses.contain(status) else {
            self.standings[token] = Standing()
            return nil
        }
        // Of a token that is out a failure says nothing new.
        guard self.isUsable(token, at: now) else { return nil }
        let failures = self.standings[token].failures + 1
        guard failures >= self.rules.failures else {
            self.standings[token].failures = failures
            return nil
        }
        self.absences += 1
        let absence = TokenAbsence(token: token, number: self.absences)
        let pause = self.rules.cooldown ?? (self.rules.model == nil ? self.rules.interval : nil)
        // One that comes back by itself is out again after one failure more.
        self.standings[token] = Standing(
            failures: self.rules.failures - 1,
            absence: absence,
            end: pause.map { now + TimeAmount($0) }
        )
        return absence
    }

    /// Notes how a health check went; gives whether the token takes part again because of it.
    mutating func checked(_ absence: TokenAbsence, isHealthy: Bool, at now: NIODeadline) -> Bool {
        guard self.goesOn(absence, at: now) else { return false }
        self.standings[absence.token].successes = isHealthy ? self.standings[absence.token].successes + 1 : 0
        guard self.standings[absence.token].successes >= self.rules.successes else { return false }
        self.standings[absence.token] = Standing()
        return true
    }
}
