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
}
