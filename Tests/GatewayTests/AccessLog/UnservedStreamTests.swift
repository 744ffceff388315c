import TestSupport
import Testing

@Suite("The access log has one line for each stream of HTTP/2 that is not served")
struct UnservedStreamTests {
    @Test("since its request is", arguments: UnservedStream.answered + UnservedStream.reset)
    func line(_ unserved: UnservedStream) async throws {
        let log = try AccessLogFile()
        let configuration = """
            admin: { address: "127.0.0.1:0" }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            routes: [{ name: all, response: { status: 204 } }]
            \(log.filters)
            """
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send([.headers(1, HTTP2Text.section(unserved.fields), endsStream: true)])
            if unserved.code == 0 {
                #expect(try await client.resetCode(1) == HTTP2ConformanceCase.protocolError)
            } else {
                #expect(try await client.response(1).status == "\(unserved.code)")
            }
            let line = try #require(try await log.lines(1).first)
            #expect(line.code == unserved.code)
            #expect(line.details == unserved.details)
            #expect(line.flags == "DPE")
            #expect(line.string("protocol") == "HTTP/2")
            #expect(line.string("path") == unserved.path)
            await client.close()
        }
    }

    @Test("since there is one too many")
    func oneTooMany() async throws {
        let log = try AccessLogFile()
        let hanging = try await ManualUpstream.start()
        let configuration = """
            limits: { http2: { maxConcurrentStreams: 1 } }
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "\(hanging.endpoint)" }]
            routes: [{ name: all, service: up.static }]
            \(log.filters)
            """
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await HTTP2Client.connect(port: gateway.port)
            try await client.send([1, 3].map { .headers($0, HTTP2Text.request(path: "/held"), endsStream: true) })
            #expect(try await client.resetCode(3) == HTTP2ConformanceCase.refusedStream)
            let line = try #require(try await log.lines(1).first)
            #expect(line.details == "http2.refused_stream" && line.flags == "DPE" && line.code == 0)
            #expect(line.string("path") == "/held")
            await client.close()
        }
        await hanging.stop()
    }
}
