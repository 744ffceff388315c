import FilterAPI
import NIOCore
import Testing

@testable import Upstream

/// Bytes in, events out.
struct ResponseReaderTests {
    /// Everything that is read from the parts, as text.
    private func read(_ parts: [String], method: HTTPMethod = .get, ends: Bool = false) -> (String, keepsAlive: Bool) {
        var reader = ResponseReader()
        var (head, bytes, log) = (ResponseHead(status: 0), ByteBuffer(), "")
        reader.begin(method)
        for part in parts {
            bytes.writeString(part)
            var isDone = false
            while !isDone {
                switch reader.next(from: &bytes, into: &head) {
                case .needMore: isDone = true
                case .informational: log += "i\(head.status) "
                case .head(let hasBody): log += "h\(head.status)\(hasBody ? "+" : "-") "
                case .switched: log += "switched "
                case .body(let data): log += "b\(String(buffer: data)) "
                case .end: return (log + "end\(bytes.readableBytes)", reader.keepsAlive)
                case .failed: return (log + "failed", reader.keepsAlive)
                }
            }
        }
        if ends { log += reader.endedWithConnection() ? "complete" : "cut" }
        return (log, reader.keepsAlive)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", "h200+ bab end0", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nab", "h200- end2", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", "h204- end0", true),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "h304- end0", true),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", "h200+ ba end0", false),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na", "h200+ ba end0", false),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "h200- end0", true),
        ("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 204 OK\r\n\r\n", "i102 h204- end0", true),
        ("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", "failed", false),
    ])
    func readsOneResponse(_ text: String, _ expected: String, _ keepsAlive: Bool) {
        let whole = read([text])
        #expect(whole.0 == expected)
        #expect(whole.keepsAlive == keepsAlive)
    }

    @Test func theEndOfTheConnectionCompletesOnlyWhatItDelimits() {
        #expect(read(["HTTP/1.1 200 OK\r\n\r\nab"], ends: true).0 == "h200+ bab complete")
        #expect(read(["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"], ends: true).0 == "h200+ bab cut")
        #expect(
            read(["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"], ends: true).0 == "h200+ bab cut"
        )
        #expect(read(["HTTP/1.1 20"], ends: true).0 == "cut")
        #expect(read([], ends: true).0 == "cut")
    }

    @Test(arguments: [10, 11])
    func informationalResponsesAreCounted(_ count: Int) {
        let text = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: count) + "HTTP/1.1 204 OK\r\n\r\n"
        #expect(read([text]).0 == (count <= ResponseReader.informationalLimit ? "h204- end0" : "failed"))
    }
}
