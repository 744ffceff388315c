import Foundation
import TestSupport
import Testing

@Suite("Answers that break the protocol")
struct HostileResponseTests {
    @Test("in the head are a 502, and their connection is not used again", arguments: HostileResponse.heads)
    func heads(_ response: HostileResponse) async throws {
        try await self.withGateway { gateway, upstream in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n")
            let bad = try await upstream.accept()
            try await bad.readHead()
            try await bad.send(response.text)
            let answer = try await client.readResponse()
            // Early hints that were sound may have been passed on before.
            #expect(answer.contains("HTTP/1.1 502 ") && !answer.contains("HTTP/1.1 200 "), "\(answer)")
            #expect(answer.contains("upstream_protocol_error"))
            #expect(!answer.contains("evil") && !answer.contains("set-cookie"))
            try await self.expectAnotherConnection(than: bad, of: upstream, for: client)
        }
    }

    @Test("in the chunks leave the answer visibly incomplete", arguments: HostileResponse.bodies)
    func bodies(_ response: HostileResponse) async throws {
        try await self.withGateway { gateway, upstream in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n")
            let bad = try await upstream.accept()
            try await bad.readHead()
            try await bad.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n")
            _ = try await client.read { $0.contains("good") }
            try await bad.send(response.text)
            let answer = try await client.readToEnd()
            #expect(client.isClosedByPeer)
            #expect(!answer.contains("\r\n0\r\n"), "\(answer)")
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "no second head")
            let next = try await RawClient.connect(port: gateway.port)
            try await self.expectAnotherConnection(than: bad, of: upstream, for: next)
        }
    }

    @Test("in chunks that come with the head are a 502 too", arguments: HostileResponse.bodies)
    func bodiesWithHead(_ response: HostileResponse) async throws {
        try await self.withGateway { gateway, upstream in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n")
            let bad = try await upstream.accept()
            try await bad.readHead()
            try await bad.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\n" + response.text)
            let answer = try await client.readResponse()
            #expect(answer.hasPrefix("HTTP/1.1 502 ") && answer.contains("upstream_protocol_error"), "\(answer)")
            #expect(!answer.contains("evil") && !answer.contains("good"))
            try await self.expectAnotherConnection(than: bad, of: upstream, for: client)
        }
    }

    @Test("with bytes behind them are given without these, and end the connection")
    func surplus() async throws {
        try await self.withGateway { gateway, upstream in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n")
            let bad = try await upstream.accept()
            try await bad.readHead()
            try await bad.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
            )
            let answer = try await client.readResponse()
            #expect(answer.hasSuffix("\r\n\r\ngood"))
            try await self.expectAnotherConnection(than: bad, of: upstream, for: client)
        }
    }

    @Test("nobody asked for end an idle connection")
    func unasked() async throws {
        try await self.withGateway { gateway, upstream in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n")
            let bad = try await upstream.accept()
            try await bad.readHead()
            try await bad.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood")
            #expect(try await client.readResponse().hasSuffix("good"))
            try await bad.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
            try await self.expectAnotherConnection(than: bad, of: upstream, for: client)
        }
    }

    /// The gateway closes `bad`, and answers the client's next request over another connection.
    private func expectAnotherConnection(
        than bad: ManualConnection,
        of upstream: ManualUpstream,
        for client: RawClient
    ) async throws {
        _ = try await bad.read { _ in false }
        #expect(bad.isClosedByPeer)
        client.clear()
        try await client.send("GET /2 HTTP/1.1\r\nHost: h\r\n\r\n")
        let next = try await upstream.accept()
        #expect(try await next.readHead().hasPrefix("GET /2 "))
        try await next.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        #expect(try await client.readResponse().hasSuffix("\r\n\r\nok"))
        await client.close()
    }

    private func withGateway(_ body: (GatewayFixture, ManualUpstream) async throws -> Void) async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream)) { gateway in
            try await body(gateway, upstream)
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }
}
