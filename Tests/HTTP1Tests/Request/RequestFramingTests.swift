import HTTP1
import Testing

struct RequestFramingTests {
    private func summary(_ fields: String, version: String = "1.1") -> RequestSummary? {
        let text = "POST / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n"
        let whole = readRequest(text)
        for pieces in arrivals(of: wire(text)) { #expect(readRequest(pieces) == whole) }
        return whole.summary
    }

    @Test(arguments: [
        ("", MessageFraming.none),
        ("Content-Length: 0\r\n", .length(0)),
        ("Content-Length: 007\r\n", .length(7)),
        ("CONTENT-LENGTH:\t12 \r\n", .length(12)),
        ("Content-Length: 9223372036854775807\r\n", .length(.max)),
        ("Transfer-Encoding: chunked\r\n", .chunked),
        ("transfer-encoding: Chunked \r\n", .chunked),
    ])
    func framingFollowsTheFields(_ fields: String, _ framing: MessageFraming) {
        #expect(self.summary(fields)?.framing == framing)
    }

    @Test(arguments: [
        ("1.1", "", true),
        ("1.1", "Connection: close\r\n", false),
        ("1.1", "Connection: x, CLOSE ,y\r\n", false),
        ("1.1", "Connection: keep-alive\r\nConnection: close\r\n", false),
        ("1.1", "Connection: closed\r\n", true),
        ("1.1", "Connection: ,, ,\r\n", true),
        ("1.1", "Connection:\r\n", true),
        ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive\r\n", true),
        ("1.0", "Connection: keep-alive, close\r\n", false),
    ])
    func keepAliveFollowsVersionAndConnection(_ version: String, _ fields: String, _ keepAlive: Bool) {
        #expect(self.summary(fields, version: version)?.keepAlive == keepAlive)
    }

    @Test(arguments: [
        ("1.1", "Expect: 100-continue\r\n", true), ("1.1", "Expect: 100-Continue\r\n", true), ("1.1", "", false),
        ("1.0", "Expect: 100-continue\r\n", false),
    ])
    func expectationIsKnownOnHTTP11Only(_ version: String, _ fields: String, _ expects: Bool) {
        #expect(self.summary(fields, version: version)?.expectsContinue == expects)
    }

    @Test(arguments: [
        ("1.1", "Connection: Upgrade\r\nUpgrade: WebSocket\r\n", "WebSocket", true),
        ("1.1", "Upgrade: websocket\r\nConnection: keep-alive, upgrade\r\n", "websocket", true),
        ("1.1", "Connection: upgrade\r\nUpgrade: h2c\r\n", "h2c", false),
        ("1.1", "Connection: upgrade\r\nUpgrade: h2c, websocket\r\n", "h2c, websocket", false),
        ("1.1", "Connection: upgrade\r\n", nil, false),
        ("1.1", "Upgrade: websocket\r\n", nil, false),
        ("1.1", "Connection: upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n", nil, false),
        ("1.0", "Connection: upgrade\r\nUpgrade: websocket\r\n", nil, false),
    ])
    func upgradeMustBeNominatedOnceOnHTTP11(
        _ version: String,
        _ fields: String,
        _ upgrade: String?,
        _ isWebSocket: Bool
    ) throws {
        let summary = try #require(self.summary(fields, version: version))
        #expect(summary.upgrade == upgrade)
        #expect(summary.isWebSocketUpgrade == isWebSocket)
    }
}
