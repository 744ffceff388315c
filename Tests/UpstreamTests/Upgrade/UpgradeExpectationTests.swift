import FilterAPI
import NIOCore
import Testing

@testable import Upstream

@Suite("An upstream's answer to a change of protocol")
struct UpgradeExpectationTests {
    private static let accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
    private static let agreed = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"

    /// What comes out of the reader, as text.
    private func read(_ text: String, proving accept: String?) -> String {
        var reader = ResponseReader()
        var (head, bytes, log) = (ResponseHead(status: 0), ByteBuffer(string: text), "")
        reader.begin(.get, upgrade: UpgradeExpectation(protocolName: "websocket", accept: accept))
        while true {
            switch reader.next(from: &bytes, into: &head) {
            case .needMore: return log + (reader.keepsAlive ? "reusable" : "open")
            case .informational: log += "i\(head.status) "
            case .switched: log += "switched\(head.headers.contains(.upgrade) ? "!" : "") "
            case .head: log += "h\(head.status) "
            case .body(let data): log += "b\(String(buffer: data)) "
            case .end: return log + "end"
            case .failed: return log + "failed"
            }
        }
    }

    @Test(
        "is a tunnel only if it names what was asked for, and proves what is to be proved",
        arguments: [
            ("Upgrade: websocket\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", nil, "switched bHTTP/1.1 200 OK\r\n\r\n open"),
            ("Upgrade: WebSocket\r\n\r\n", nil, "switched open"),
            ("\r\n", nil, "failed"),
            ("Upgrade: h2c\r\n\r\n", nil, "failed"),
            ("Upgrade: websocket, other\r\n\r\n", nil, "failed"),
            ("Upgrade: websocket\r\nUpgrade: websocket\r\n\r\n", nil, "failed"),
            ("Upgrade: websocket\r\n\r\n", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "failed"),
            ("Upgrade: websocket\r\n\(accept)\r\n", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "switched open"),
            ("Upgrade: websocket\r\n\(accept)\r\n", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "failed"),
            ("Upgrade: websocket\r\nContent-Length: 3\r\n\r\nabc", nil, "failed"),
            ("Upgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n", nil, "failed"),
        ] as [(String, String?, String)]
    )
    func agreement(_ rest: String, _ accept: String?, _ expected: String) {
        #expect(self.read(Self.agreed + rest, proving: accept) == expected)
    }

    @Test(
        "is an ordinary response when it is not 101",
        arguments: [
            (
                "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
                "h403 end"
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", "h200 bx end"),
            ("HTTP/1.1 103 Early Hints\r\n\r\n\(agreed)Upgrade: websocket\r\n\r\n", "i103 switched open"),
        ]
    )
    func refusal(_ text: String, _ expected: String) {
        #expect(self.read(text, proving: nil) == expected)
    }

    @Test("without Connection: upgrade is none")
    func notNominated() {
        #expect(self.read("HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n", proving: nil) == "failed")
    }

    @Test("proves the key of RFC 6455, section 1.3")
    func key() {
        #expect(WebSocketKey(value: "dGhlIHNhbXBsZSBub25jZQ==").accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(WebSocketKey().value.count == 24 && WebSocketKey() != WebSocketKey())
    }
}
