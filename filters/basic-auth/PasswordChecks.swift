import Synchronization

/// The checks of passwords against hashes that are under way, each credential once however many streams wait for it.
final class PasswordChecks: Sendable {
    /// What became of a check.
    enum Outcome: Sendable {
        case matches
        case differs
        /// Too many wait for theirs.
        case overload
        /// The stream ended first.
        case cancelled
    }

    private let checks = Mutex<[CredentialDigest: SharedOutcome<Outcome>]>([:])
    private let queue: HashingQueue

    init(on queue: HashingQueue) { self.queue = queue }

    /// Checks a password off the event loop.
    ///
    /// - Parameters:
    ///   - password: The password.
    ///   - hash: What it is checked against.
    ///   - digest: Stands for user and password, so that equal checks are done once.
    nonisolated(nonsending) func check(
        _ password: [UInt8],
        against hash: BcryptHash,
        _ digest: CredentialDigest
    ) async -> Outcome {
        let (outcome, ticket, isFirst) = self.checks.withLock { checks in
            let known = checks[digest]
            let outcome = known ?? SharedOutcome<Outcome>()
            checks[digest] = outcome
            return (outcome, outcome.join(), known == nil)
        }
        if isFirst, !self.queue.submit({ self.run(password, against: hash, digest) }) {
            self.settle(digest, .overload)
        }
        return await outcome.value(ticket) ?? .cancelled
    }

    private func run(_ password: [UInt8], against hash: BcryptHash, _ digest: CredentialDigest) {
        // When all have left, the work is not worth its time.
        let isAwaited = self.checks.withLock { checks in
            let isAwaited = checks[digest]?.isAwaited == true
            if !isAwaited { checks[digest] = nil }
            return isAwaited
        }
        if isAwaited { self.settle(digest, hash.matches(password) ? .matches : .differs) }
    }

    private func settle(_ digest: CredentialDigest, _ outcome: Outcome) {
        self.checks.withLock { $0.removeValue(forKey: digest) }?.settle(outcome)
    }
}
