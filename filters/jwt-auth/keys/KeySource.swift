import FilterAPI

/// Waits until keys that are needed are there, or cannot be had.
typealias KeyWait = nonisolated(nonsending) () async throws -> Void

/// Where a consumer's keys come from.
enum KeySource: Sendable {
    /// The configuration.
    case inline(InlineKeys)
    /// A service.
    case remote(RemoteKeys)

    /// What a request finds.
    enum Finding {
        case ready(VerificationKeys)
        /// They will be there after this.
        case wait(KeyWait)
        case unavailable
    }

    func look(_ stream: StreamContext) -> Finding {
        switch self {
        case .inline(let keys): keys.look()
        case .remote(let keys): keys.look(stream)
        }
    }

    /// A token names a key that is not among those at hand: perhaps the issuer has a new one.
    func missedKey(_ stream: StreamContext) {
        if case .remote(let keys) = self { keys.missedKey(stream) }
    }
}
