import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("Header fields on their way")
struct HeaderFieldTests {
    @Test("of one connection do not reach the upstream")
    func hopByHopRequest() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            _ = try await get(
                gateway.port,
                "/",
                "Connection: x-named, keep-alive\r\nX-Named: v\r\nKeep-Alive: timeout=5\r\nProxy-Connection: close\r\n"
                    + "TE: gzip\r\nX-Kept: v\r\nUpgrade: websocket\r\nProxy-Authorization: p\r\n"
            )
        }
        let headers = try #require(upstream.requests.first).headers
        for name in ["x-named", "keep-alive", "proxy-connection", "te", "upgrade"] {
            #expect(headers[name] == [], "\(name)")
        }
        #expect(headers["connection"].allSatisfy { !$0.lowercased().contains("x-named") && $0 != "close" })
        #expect(headers["x-kept"] == ["v"])
        await upstream.stop()
    }

    @Test("of one connection do not reach the client")
    func hopByHopResponse() async throws {
        let upstream = try await ManualUpstream.start()
        try await GatewayFixture.run(forwarding(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send(
                "HTTP/1.1 200 Fine\r\nConnection: x-named, close\r\nX-Named: v\r\nKeep-Alive: timeout=5\r\n"
                    + "Upgrade: h2c\r\nX-Kept: a\r\nx-kept: b\r\nContent-Length: 2\r\n\r\nok"
            )
            let answer = try await client.readResponse()
            let head = answer.lowercased()
            #expect(answer.hasPrefix("HTTP/1.1 200 Fine\r\n"))
            for name in ["x-named", "keep-alive", "upgrade", "connection"] {
                #expect(!head.contains("\r\n\(name):"), "\(name)")
            }
            #expect(answer.contains("X-Kept: a\r\nx-kept: b\r\n"))
            #expect(!client.isClosedByPeer, "that the upstream closes is no reason to close the client's connection")
            await client.close()
        }
        await upstream.stop()
    }

    @Test("get a date, unless the upstream has given one")
    func date() async throws {
        let upstream = try await ScriptedUpstream.start { request in
            .init(headers: request.uri == "/own" ? ["date": "Thu, 01 Jan 1970 00:00:00 GMT"] : [:], body: "ok")
        }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let own = try await get(gateway.port, "/own").lowercased()
            #expect(own.components(separatedBy: "\r\ndate: ").count == 2)
            #expect(own.contains("\r\ndate: thu, 01 jan 1970 00:00:00 gmt\r\n"))
            let answer = try await get(gateway.port, "/")
            let line = answer.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix("date: ") }
            let text = String(try #require(line).dropFirst(6))
            let format = DateFormatter()
            format.locale = Locale(identifier: "en_US_POSIX")
            format.timeZone = TimeZone(identifier: "GMT")
            format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            let date = try #require(format.date(from: text), "\(text)")
            #expect(abs(date.timeIntervalSinceNow) < 60)
            #expect(format.string(from: date) == text)
        }
        await upstream.stop()
    }

    @Test("that a client may not set are replaced or removed")
    func untrusted() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            _ = try await get(gateway.port, "/", Self.claims)
        }
        let headers = try #require(upstream.requests.first).headers
        #expect(headers["x-forwarded-for"] == ["127.0.0.1"])
        #expect(headers["x-forwarded-proto"] == ["http"])
        #expect(headers["x-forwarded-host"] == ["h"])
        #expect(headers["x-mse-consumer"] == [])
        #expect(headers["x_mse_consumer"] == [])
        #expect(headers["x_other"] == [])
        let identifier = try #require(headers.first(name: "x-request-id"))
        #expect(headers["x-request-id"].count == 1 && UUID(uuidString: identifier) != nil)
        await upstream.stop()
    }

    @Test("that a trusted proxy sets are believed")
    func trusted() async throws {
        let log = try AccessLogFile()
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let extra = "trustedProxies: [127.0.0.0/8, 10.0.0.0/8]\n\(log.filters)"
        try await GatewayFixture.run(proxying(to: upstream, extra: extra)) { gateway in
            _ = try await get(gateway.port, "/", Self.claims)
            let line = try #require(try await log.lines(1).first)
            #expect(line.string("x_forwarded_for")?.contains("6.6.6.6") == true)
            #expect(line.string("request_id") == "claimed")
        }
        let headers = try #require(upstream.requests.first).headers
        #expect(headers["x-forwarded-for"] == ["6.6.6.6, 10.1.1.1, 127.0.0.1"])
        #expect(headers["x-forwarded-proto"] == ["https"])
        #expect(headers["x-forwarded-host"] == ["evil"])
        #expect(headers["x-request-id"] == ["claimed"])
        #expect(headers["x-mse-consumer"] == [], "who the consumer is no proxy may say")
        await upstream.stop()
    }

    private static let claims =
        "X-Forwarded-For: 6.6.6.6, 10.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
        + "X-Request-Id: claimed\r\nX-Mse-Consumer: root\r\nX_Mse_Consumer: root\r\nx_other: v\r\n"

    @Test("that ask for another protocol are left out where a route allows none")
    func upgrade() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "plain") }
        try await GatewayFixture.run(proxying(to: upstream)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            for upgrade in ["websocket", "h2c", "TLS/1.0"] {
                client.clear()
                try await client.send(
                    "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: \(upgrade)\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                )
                #expect(try await client.readResponse().hasSuffix("\r\n\r\nplain"))
            }
            await client.close()
        }
        #expect(upstream.requests.count == 3)
        #expect(upstream.requests.allSatisfy { $0.headers["upgrade"] == [] })
        #expect(upstream.requests.allSatisfy { !$0.headers["connection"].joined().lowercased().contains("upgrade") })
        await upstream.stop()
    }
}
