import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("Requests over TLS")
struct TLSRequestTests {
    @Test func theSchemeIsThatOfTheConnection() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "hello") }
        var listener = try await TLSListener()
        try await listener.add(["chat.example.com"])
        listener.rest = "services: [{ name: up, type: static, domain: \"\(upstream.endpoint)\" }]"
        let configuration = listener.configuration.replacing(
            #"response: { status: 200, body: "served\n" }"#,
            with: "service: up.static"
        )
        try await GatewayFixture.run(configuration) { gateway in
            for target in ["/", "http://chat.example.com/", "https://chat.example.com/"] {
                let output = try await CommandLineClient.openssl(
                    gateway.port,
                    request: "GET \(target) HTTP/1.1\r\nHost: chat.example.com\r\nConnection: close\r\n\r\n"
                )
                #expect(output.contains("HTTP/1.1 200 OK"), "\(output)")
            }
        }
        #expect(upstream.requests.map { $0.headers["x-forwarded-proto"] } == [["https"], ["https"], ["https"]])
        await upstream.stop()
    }

    @Test func aLargeBodyPassesBothWays() async throws {
        let upstream = try await ScriptedUpstream.start { .init(body: $0.body) }
        var listener = try await TLSListener()
        try await listener.add(["chat.example.com"])
        listener.rest = "services: [{ name: up, type: static, domain: \"\(upstream.endpoint)\" }]"
        let configuration = listener.configuration.replacing(
            #"response: { status: 200, body: "served\n" }"#,
            with: "service: up.static"
        )
        let body = String(repeating: "0123456789abcdef", count: 64 << 10)
        let file = try TemporaryDirectories.shared.make().appendingPathComponent("body")
        try body.write(to: file, atomically: true, encoding: .utf8)
        try await GatewayFixture.run(configuration) { gateway in
            for version in ["--http1.1", "--http2"] {
                let outcome = try await CommandLineClient.curl(
                    "chat.example.com",
                    gateway.port,
                    ["-k", version, "-H", "Expect:", "--data-binary", "@\(file.path)"]
                )
                #expect(outcome.output == body, "\(version): \(outcome.output.utf8.count) bytes, \(outcome.errors)")
            }
        }
        await upstream.stop()
    }

    /// What curl agrees on, and what the request is logged and answered as.
    @Test(arguments: [("--http1.1", "1.1"), ("--http2", "2")])
    func bothVersionsOfHTTPAreSpoken(option: String, version: String) async throws {
        var listener = try await TLSListener()
        try await listener.add(["chat.example.com"])
        try await GatewayFixture.run(listener.configuration) { gateway in
            let arguments = ["--cacert", listener.authority.identity.certificate, option, "-w", "%{http_version}"]
            let outcome = try await CommandLineClient.curl("chat.example.com", gateway.port, arguments)
            #expect(outcome.output == "served\n\(version)", "\(outcome)")
        }
    }

    @Test func aMisdirectedRequestOverHTTP2IsRefused() async throws {
        var listener = try await TLSListener()
        try await listener.add(["a.example.com"])
        try await listener.add(["b.example.com"])
        try await GatewayFixture.run(listener.configuration) { gateway in
            let arguments = ["-k", "--http2", "-H", "Host: b.example.com", "-w", "%{http_version} %{http_code}"]
            let outcome = try await CommandLineClient.curl("a.example.com", gateway.port, arguments)
            #expect(outcome.output.hasSuffix("2 421"), "\(outcome)")
        }
    }

    /// What the upstream sends before it breaks off, and how the client is told.
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n0\r\n\r\n", true),
    ])
    func anAnswerThatBreaksOffDoesNotLookComplete(answer: String, isComplete: Bool) async throws {
        let upstream = try await RawUpstream.start(answer: answer)
        var listener = try await TLSListener()
        try await listener.add(["chat.example.com"])
        listener.rest = "services: [{ name: up, type: static, domain: \"127.0.0.1:\(upstream.port)\" }]"
        let configuration = listener.configuration.replacing(
            #"response: { status: 200, body: "served\n" }"#,
            with: "service: up.static"
        )
        try await GatewayFixture.run(configuration) { gateway in
            // With HTTP/1.0 only the end of the connection delimits such a body.
            let output = try await CommandLineClient.openssl(gateway.port, ["-msg"], request: "GET / HTTP/1.0\r\n\r\n")
            #expect(output.contains("part"), "\(output)")
            #expect(
                output.contains("<<< TLS 1.3, Alert [length 0002], warning close_notify") == isComplete,
                "\(output)"
            )
        }
        await upstream.stop()
    }
}
