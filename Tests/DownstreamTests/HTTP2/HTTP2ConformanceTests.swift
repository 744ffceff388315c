import TestSupport
import Testing

@Suite("HTTP/2: what a client may not do")
struct HTTP2ConformanceTests {
    @Test("frames", arguments: HTTP2ConformanceCase.frames)
    func frames(_ test: HTTP2ConformanceCase) async throws { try await self.run(test) }

    @Test("requests", arguments: HTTP2ConformanceCase.requests)
    func requests(_ test: HTTP2ConformanceCase) async throws { try await self.run(test) }

    private func run(_ test: HTTP2ConformanceCase) async throws {
        let upstream = try await ManualUpstream.start()
        try await HTTP2Fixture.run(upstream: upstream.endpoint) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send(test.frames)
            switch test.outcome {
            case .goAway(let code):
                #expect(try await client.goAwayCode() == code, "\(client.frames)")
            case .reset(let code):
                #expect(try await client.resetCode(1) == code)
                try await self.expectService(client)
            case .status(let status):
                #expect(try await client.response(1).status == status)
                try await self.expectService(client)
            case .nothing: break
            }
            await client.close()
            #expect(try await gateway.answers())
        }
        #expect(test.isHeldUpstream || upstream.connectionCount == 0)
        await upstream.stop()
    }

    /// The connection is as good as before.
    private func expectService(_ client: HTTP2Client) async throws {
        try await client.send(.headers(11, HTTP2Text.request(), endsStream: true))
        #expect(try await client.response(11).status == "200")
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

extension HTTP2ConformanceCase {
    /// Whether the request may reach the upstream before it turns out to be wrong.
    var isHeldUpstream: Bool { self.frames.contains { String(decoding: $0.payload, as: UTF8.self).contains("/held") } }
}
