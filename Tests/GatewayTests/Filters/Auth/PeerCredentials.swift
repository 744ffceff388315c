import Foundation
import TestSupport
import Testing

/// Credentials that Python's libraries made for these tests, once.
enum PeerCredentials {
    private static let made = Task { () async throws -> AuthCredentials in
        let seconds = Int(Date().timeIntervalSince1970)
        let outcome = try await ChildProcess.run(
            try Tools.python(),
            [Tools.file("Python/auth_credentials.py"), "\(seconds)"],
            environment: ["PYTHONIOENCODING": "utf-8"],
            within: 300
        )
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try AuthCredentials(json: outcome.output)
    }

    static func get() async throws -> AuthCredentials { try await self.made.value }
}
