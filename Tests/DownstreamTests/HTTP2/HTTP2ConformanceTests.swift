import TestSupport
import Testing

@Suite("HTTP/2: what a client may not do")
struct HTTP2ConformanceTests {
    @Test(
        "is answered as the protocol says, and nothing of it reaches an upstream",
        arguments: HTTP2ConformanceCase.all
    )
    func table(_ test: HTTP2ConformanceCase) async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            #expect(try await test.deviation(on: client) == nil)
            await client.close()
            #expect(try await gateway.answers())
        }
        #expect(test.mayReachUpstream || upstream.connectionCount == 0)
        await upstream.stop()
    }

    @Test("the gateway's first frame is SETTINGS, and the client's is acknowledged")
    func handshake() async throws {
        try await HTTP2Fixture.run { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, saysHello: false)
            try await client.send(bytes: HTTP2Client.preface + HTTP2TestFrame.settings().bytes)
            try await client.frame { $0.kind == HTTP2TestFrame.Kind.settings && $0.flags == 1 }
            let first = try #require(client.frames.first)
            #expect(first.kind == HTTP2TestFrame.Kind.settings && first.flags == 0 && first.stream == 0)
            await client.close()
        }
    }

    @Test("a connection that begins with something else than the preface's rest is answered as HTTP/1")
    func otherFirstBytes() async throws {
        try await HTTP2Fixture.run { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("PRI * HTTP/2.0\r\nx")
            #expect(try await client.readToEnd().hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test("a preface that comes byte by byte")
    func slowPreface() async throws {
        try await HTTP2Fixture.run { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, saysHello: false)
            let bytes = HTTP2Client.preface + HTTP2TestFrame.settings().bytes
            for byte in bytes + HTTP2TestFrame.headers(1, HTTP2Text.request(), endsStream: true).bytes {
                try await client.send(bytes: [byte])
            }
            #expect(try await client.response(1).status == "200")
            await client.close()
        }
    }

    @Test("anything but SETTINGS after the preface ends the connection")
    func noSettings() async throws {
        try await HTTP2Fixture.run { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port, saysHello: false)
            try await client.send(bytes: HTTP2Client.preface + HTTP2TestFrame.ping().bytes)
            #expect(try await client.goAwayCode() == HTTP2ConformanceCase.protocolError)
        }
    }
}
