import Gateway
import TestSupport
import Testing

@Suite("Reload of certificates", .timeLimit(.minutes(15)))
struct ReloadTLSTests {
    private let request = "GET / HTTP/1.1\r\nHost: chat.example.com\r\n\r\n"

    @Test("gives another certificate to new connections, and keeps those that are open")
    func certificate() async throws {
        var (old, new) = (try await TLSListener(), try await TLSListener())
        try await old.add(["old.example.com"], domains: ["chat.example.com"])
        try await new.add(["new.example.com"], domains: ["chat.example.com"])
        let (before, after) = (old.configuration, new.configuration)
        try await ReloadFixture.run(before) { gateway in
            let port = try gateway.port()
            let authority = old.authority
            let client = try await TLSClient.connect(port, name: "chat.example.com", authority: authority)
            let answers = try await client.exchange(self.request) { _ in
                // While the connection is open: its next request is served on it.
                guard gateway.log.messages.contains("configuration reloaded") else {
                    return (try? await gateway.reload(after).result) == .applied
                }
                return false
            }
            #expect(answers == 2 && client.serverName == "old.example.com")
            let next = try await TLSClient.connect(port, name: "chat.example.com", authority: authority)
            _ = try await next.exchange(self.request) { _ in false }
            #expect(next.serverName == "new.example.com")
        }
    }
}
