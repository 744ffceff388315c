import Foundation
import TestSupport
import Testing

@Suite("HTTP/1 clients of services that speak HTTP/2")
struct HTTP1ToHTTP2Tests {
    /// Runs `body` with a client's connection and the service's end of the gateway.
    private func run(_ body: (RawClient, FrameUpstream) async throws -> Void) async throws {
        let upstream = try await FrameUpstream.start()
        let configuration = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "\(upstream.endpoint)", protocol: http2 }]
            routes: [{ name: all, service: up.static }]
            """
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await body(client, upstream)
            await client.close()
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test func aChunkedRequestWithTrailersAndItsAnswer() async throws {
        try await self.run { client, upstream in
            try await client.send(
                "POST /p?q HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n"
                    + "Connection: TE\r\n\r\n3\r\nabc\r\n0\r\nX-End: yes\r\n\r\n"
            )
            let service = try await upstream.accept()
            let request = try await service.request()
            #expect(request.fields[":authority"] == "a.example")
            #expect(request.fields[":path"] == "/p?q")
            #expect(request.fields["te"] == "trailers")
            #expect(request.fields["host"] == nil && request.fields["transfer-encoding"] == nil)
            #expect(try await service.request(1).fields == ["x-end": "yes"])
            #expect(service.body(1) == Array("abc".utf8))
            try await service.send(head: [(":status", "200")], on: 1)
            try await service.send(
                .data(1, Array("hello".utf8)),
                .headers(1, HTTP2Text.section([("x-sum", "5")]), endsStream: true)
            )
            let answer = try await client.read { $0.hasSuffix("\r\n\r\n") && $0.contains("x-sum") }
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("transfer-encoding: chunked\r\n"))
            #expect(answer.hasSuffix("\r\n5\r\nhello\r\n0\r\nx-sum: 5\r\n\r\n"))
        }
    }

    @Test(
        arguments: [
            ("GET", "200", [], "content-length: 0\r\n"),
            ("GET", "204", [], "HTTP/1.1 204"),
            ("GET", "304", [("content-length", "9")], "content-length: 9\r\n"),
            ("HEAD", "200", [("content-length", "9")], "content-length: 9\r\n"),
        ] as [(String, String, [(String, String)], String)]
    )
    func answersWithoutABody(
        _ method: String,
        _ status: String,
        _ fields: [(String, String)],
        _ expected: String
    ) async throws {
        try await self.run { client, upstream in
            try await client.send("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n")
            let service = try await upstream.accept()
            // The second answer shows that the client's connection is still good.
            for number in 0..<2 {
                let stream = try await service.request(number).stream
                try await service.send(head: [(":status", status)] + fields, on: stream, endsStream: true)
                let answer = try await client.read { $0.hasSuffix("\r\n\r\n") }
                #expect(answer.contains(expected), "\(answer)")
                client.clear()
                if number == 0 { try await client.send("\(method) / HTTP/1.1\r\nHost: a\r\n\r\n") }
            }
        }
    }

    @Test func theClientsExpectationIsAnsweredHere() async throws {
        try await self.run { client, upstream in
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            let service = try await upstream.accept()
            let request = try await service.request()
            #expect(request.fields["expect"] == nil)
            #expect(request.fields["content-length"] == "3")
            _ = try await client.read { $0 == "HTTP/1.1 100 Continue\r\n\r\n" }
            try await client.send("abc")
            try await service.frame { $0.kind == HTTP2TestFrame.Kind.data && $0.flags == 1 }
            try await service.send(head: [(":status", "103"), ("link", "</a>")], on: 1)
            try await service.send(head: [(":status", "204")], on: 1, endsStream: true)
            let answer = try await client.read { $0.contains(" 204 ") && $0.hasSuffix("\r\n\r\n") }
            #expect(answer.contains("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"))
        }
    }

    @Test func aMalformedAnswerIsABadGateway() async throws {
        try await self.run { client, upstream in
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let service = try await upstream.accept()
            _ = try await service.request()
            try await service.send(head: [(":status", "200"), ("connection", "close")], on: 1)
            let answer = try await client.readResponse()
            #expect(answer.hasPrefix("HTTP/1.1 502 "))
            #expect(answer.contains("upstream_protocol_error"))
        }
    }
}
