import Foundation
import Gateway
import TestSupport
import Testing

@Suite("What connections of operators may take", .timeLimit(.minutes(15)))
struct AdminLimitTests {
    private static let request = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"

    private func run(_ limits: String = "{}", _ body: (GatewayFixture, Int) async throws -> Void) async throws {
        let text = """
            admin: { address: "127.0.0.1:0", token: t0ken }
            limits: \(limits)
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            routes: [{ name: r, response: { status: 200 } }]
            """
        try await GatewayFixture.run(text) { try await body($0, try $0.adminPort()) }
    }

    @Test(
        "the time for a request",
        arguments: ["", "GET /metr", "POST /drain HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nx"]
    )
    func slowRequest(_ part: String) async throws {
        try await self.run("{ requestHeadTimeout: 1s }") { gateway, port in
            let client = try await RawClient.connect(port: port)
            // On a busy machine the time may be over before anything is sent.
            if !part.isEmpty { try? await client.send(part) }
            #expect(try await client.readToEnd() == "")
            #expect(gateway.server.isReady)
        }
    }

    @Test("the time between two requests")
    func idle() async throws {
        try await self.run("{ keepAliveTimeout: 4s }") { _, port in
            let client = try await RawClient.connect(port: port)
            for _ in 0..<2 {
                try await client.send(Self.request)
                #expect(try await client.readResponse().hasPrefix("HTTP/1.1 200 OK"))
                client.clear()
            }
            #expect(try await client.readToEnd() == "")
        }
    }

    @Test("at most 64 at once, and one that ends makes room")
    func tooMany() async throws {
        try await self.run { _, port in
            var clients: [RawClient] = []
            for _ in 0..<64 {
                let client = try await RawClient.connect(port: port)
                try await client.send(Self.request)
                #expect(try await client.readResponse().hasPrefix("HTTP/1.1 200 OK"))
                clients.append(client)
            }
            let refused = try await RawClient.connect(port: port)
            #expect(try await refused.readToEnd() == "")
            await clients.removeLast().close()
            let isServed = try await eventually {
                let client = try await RawClient.connect(port: port)
                // One that comes before the other's end is known is closed, which a sender may hear as an error.
                do { try await client.send(Self.request) } catch { return false }
                return try await client.readToResponseOrEnd().hasPrefix("HTTP/1.1 200 OK")
            }
            #expect(isServed)
            for client in clients { await client.close() }
        }
    }
}

extension RawClient {
    /// What has come once a head is complete or the other end has closed.
    fileprivate func readToResponseOrEnd() async throws -> String {
        try await self.read { $0.contains("\r\n\r\n") }
    }
}
