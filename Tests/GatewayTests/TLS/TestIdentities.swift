import Foundation
import Synchronization
import TestSupport

/// Certificates for tests, made one at a time and away from the threads that tests share: making one takes long enough to
/// disturb tests that look at the time.
enum TestIdentities {
    typealias Identity = TestCertificateAuthority.Identity

    private static let queue = DispatchQueue(label: "certificates")
    private static let known = Mutex<[String: Task<Identity, any Error>]>([:])

    /// A certificate for these names, which other tests may use too.
    static func shared(_ names: [String]) async throws -> Identity {
        let task = self.known.withLock { known in
            let key = names.joined(separator: " ")
            if let task = known[key] { return task }
            let task = Task { try await self.make { try TestCertificateAuthority.shared().issue(domains: names) } }
            known[key] = task
            return task
        }
        return try await task.value
    }

    /// A certificate whose files are the test's own.
    static func fresh(_ names: [String]) async throws -> Identity {
        try await self.make { try TestCertificateAuthority.shared().issue(domains: names) }
    }

    /// A certificate of an authority that nobody trusts.
    static func untrusted(_ names: [String]) async throws -> Identity {
        try await self.make { try TestCertificateAuthority().issue(domains: names) }
    }

    private static func make(_ make: @escaping @Sendable () throws -> Identity) async throws -> Identity {
        try await withCheckedThrowingContinuation { continuation in
            self.queue.async { continuation.resume(with: Result { try make() }) }
        }
    }
}
