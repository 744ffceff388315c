import Foundation
import TestSupport
import Testing

@Suite("Malformed requests")
struct HostileRequestTests {
    @Test(
        "with a bad head are refused and nothing of them reaches the upstream",
        arguments: HostileRequest.requestLines + HostileRequest.targets + HostileRequest.fields
            + HostileRequest.framings
    )
    func heads(_ request: HostileRequest) async throws {
        try await self.expectRefusal(of: request, upstreamMaySeeHead: false)
    }

    @Test("with bad chunks are refused and never complete at the upstream", arguments: HostileRequest.chunks)
    func bodies(_ request: HostileRequest) async throws {
        // A long body may not arrive whole with the head, which then has gone on already.
        try await self.expectRefusal(of: request, upstreamMaySeeHead: request.bytes.count > 1000)
    }

    @Test("cut into single bytes are refused in the same way", arguments: HostileRequest.framings)
    func singleBytes(_ request: HostileRequest) async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.uri) }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            for byte in request.bytes {
                do { try await client.send([byte]) } catch { break }
            }
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 \(request.status) "))
            await client.close()
        }
        #expect(upstream.connectionCount == 0)
        await upstream.stop()
    }

    private func expectRefusal(of request: HostileRequest, upstreamMaySeeHead: Bool) async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.uri) }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send(request.bytes + HostileRequest.smuggled)
            let answer = try await client.readToEnd()
            await client.close()
            #expect(answer.hasPrefix("HTTP/1.1 \(request.status) "), "\(answer.debugDescription)")
            #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "one answer: \(answer.debugDescription)")
            #expect(upstream.requests.isEmpty)
            if !upstreamMaySeeHead { #expect(upstream.connectionCount == 0) }
            try await gateway.expectNothingAlive()
            #expect(try await get(gateway.port, "/after").hasSuffix("\r\n\r\n/after"))
        }
        #expect(upstream.requests.map(\.uri) == ["/after"])
        await upstream.stop()
    }
}
