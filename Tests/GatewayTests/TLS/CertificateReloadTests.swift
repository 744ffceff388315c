import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Certificates whose files change", .timeLimit(.minutes(15)))
struct CertificateReloadTests {
    private let request = "GET / HTTP/1.1\r\nHost: chat.example.com\r\n\r\n"

    /// Replaces the files of one identity by those of another, the way that tools do: one after the other.
    private func replace(_ old: TLSListener.Identity, by new: TLSListener.Identity) throws {
        for (target, source) in [(old.certificate, new.certificate), (old.privateKey, new.privateKey)] {
            try Data(contentsOf: URL(fileURLWithPath: source)).write(to: URL(fileURLWithPath: target), options: .atomic)
        }
    }

    private func shownName(_ gateway: GatewayFixture, _ listener: TLSListener) async throws -> String {
        let client = try await TLSClient.connect(gateway.port, name: "chat.example.com", authority: listener.authority)
        _ = try await client.exchange(self.request) { _ in false }
        return client.serverName
    }

    @Test(arguments: [1, 2])
    func noRequestFailsWhileACertificateIsSwapped(certificates: Int) async throws {
        var listener = try await TLSListener()
        let identity = try await listener.add(["old.example.com"], domains: ["chat.example.com"], isFresh: true)
        if certificates > 1 { try await listener.add(["second.example.com"]) }
        let new = try await TestIdentities.fresh(["new.example.com"])
        let load = Load()
        try await GatewayFixture.run(listener.configuration, workers: 2, certificateInterval: .milliseconds(50)) {
            gateway in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                let (authority, port, request) = (listener.authority, gateway.port, self.request)
                for keepsConnection in [true, true, false, false] {
                    tasks.addTask {
                        repeat {
                            let client = try await TLSClient.connect(
                                port,
                                name: "chat.example.com",
                                authority: authority
                            )
                            let answers = try await client.exchange(request) { answer in
                                load.count(answer)
                                return keepsConnection && !load.hasEnded
                            }
                            load.check(answers)
                        } while !load.hasEnded && !keepsConnection
                        #expect(!keepsConnection || load.hasEnded, "a connection was dropped")
                    }
                }
                #expect(await eventually { load.answers > 100 })
                try self.replace(identity, by: new)
                let isNew = try await eventually {
                    try await self.shownName(gateway, listener) == "new.example.com"
                }
                #expect(isNew)
                let before = load.answers
                #expect(await eventually { load.answers > before + 100 })
                load.end()
                try await tasks.waitForAll()
            }
            #expect(load.failures == 0)
            #expect(gateway.log.messages.filter { $0 == "certificates reloaded" }.count == 1)
        }
    }

    @Test func aFileThatCannotBeUsedIsLoggedOnceAndTheOldCertificateStays() async throws {
        var listener = try await TLSListener()
        let identity = try await listener.add(["old.example.com"], domains: ["chat.example.com"], isFresh: true)
        let new = try await TestIdentities.fresh(["new.example.com"])
        let message = "certificates not reloaded, the old ones stay"
        try await GatewayFixture.run(listener.configuration, certificateInterval: .milliseconds(20)) { gateway in
            try "no certificate".write(toFile: identity.certificate, atomically: true, encoding: .utf8)
            #expect(await eventually { gateway.log.messages.contains(message) })
            #expect(try await self.shownName(gateway, listener) == "old.example.com")
            // The first file of a pair alone does not fit the other; the second one makes it right.
            try self.replace(identity, by: new)
            #expect(try await eventually { try await self.shownName(gateway, listener) == "new.example.com" })
            // One line for the broken file, and one more if the pair was looked at between its halves.
            #expect((1...2).contains(gateway.log.messages.filter { $0 == message }.count))
        }
    }

    @Test func aCertificateThatDidNotChangeKeepsItsSessions() async throws {
        var listener = try await TLSListener()
        let identity = try await listener.add(["old.example.com"], domains: ["chat.example.com"], isFresh: true)
        try await listener.add(["stays.example.com"])
        let new = try await TestIdentities.fresh(["new.example.com"])
        let session = try TemporaryDirectories.shared.make().appendingPathComponent("session.pem").path
        let arguments = ["-servername", "stays.example.com"]
        let request = "GET / HTTP/1.1\r\nHost: stays.example.com\r\nConnection: close\r\n\r\n"
        try await GatewayFixture.run(listener.configuration, certificateInterval: .milliseconds(20)) { gateway in
            _ = try await CommandLineClient.openssl(gateway.port, arguments + ["-sess_out", session], request: request)
            try self.replace(identity, by: new)
            #expect(try await eventually { try await self.shownName(gateway, listener) == "new.example.com" })
            let next = try await CommandLineClient.openssl(
                gateway.port,
                arguments + ["-sess_in", session],
                request: request
            )
            #expect(next.contains("\nReused, TLSv1"), "\(next)")
        }
    }
}

/// What became of requests that go on until they are told to end.
private final class Load: Sendable {
    private let state = Mutex((answers: 0, failures: 0, hasEnded: false))

    var answers: Int { self.state.withLock { $0.answers } }
    var failures: Int { self.state.withLock { $0.failures } }
    var hasEnded: Bool { self.state.withLock { $0.hasEnded } }

    func count(_ answer: String) {
        self.state.withLock { state in
            state.answers += 1
            if !answer.hasPrefix("HTTP/1.1 200 OK\r\n") { state.failures += 1 }
        }
    }

    /// A connection has ended after so many answers.
    func check(_ answers: Int) {
        if answers == 0 { self.state.withLock { $0.failures += 1 } }
    }

    func end() { self.state.withLock { $0.hasEnded = true } }
}
