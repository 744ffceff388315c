import Synchronization

/// The keys of a `jwks` in the configuration, made ready by the first token that needs them.
final class InlineKeys: Sendable {
    private let set: JSONWebKeySet
    private let ready = Mutex<VerificationKeys?>(nil)

    init(_ set: JSONWebKeySet) { self.set = set }

    func look() -> KeySource.Finding {
        if let keys = self.ready.withLock({ $0 }) { return .ready(keys) }
        return .wait { try await self.makeReady() }
    }

    nonisolated(nonsending) private func makeReady() async throws {
        let made = try await VerificationKeys(self.set)
        self.ready.withLock { if $0 == nil { $0 = made } }
    }
}
