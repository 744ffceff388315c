import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: event streams")
struct AICacheEventStreamTests {
    private func events(_ parts: [ByteBuffer], limit: Int = 4096) throws -> [[String]] {
        var parser = EventStreamParser(limit: limit)
        var events: [[String]] = []
        for part in parts {
            try parser.append(part) { events.append([String(buffer: $0.type), String(buffer: $0.data)]) }
        }
        return events
    }

    static let streams: [(String, [[String]])] = [
        ("data: a\n\ndata: b\n\n", [["", "a"], ["", "b"]]),
        ("data:a\r\n\r\ndata:  b\r\rdata\n\n", [["", "a"], ["", " b"], ["", ""]]),
        (": comment\n\n:x\ndata: a\n:y\ndata: b\n\n", [["", "a\nb"]]),
        ("event: error\nid: 1\nretry: 5\ndata: {}\n\n", [["error", "{}"]]),
        ("\u{FEFF}data: a\n\n", [["", "a"]]), ("data: a\n", []), ("data: a", []), ("\n\n\n", []),
        ("event: x\n\ndata: a\n\n", [["", "a"]]),
        ("data: 你好 🙂\r\n\r\n", [["", "你好 🙂"]]), ("datax: a\n data: b\n\n", []), ("data:a:b\n\n", [["", "a:b"]]),
        ("data: a\r\n\r\ndata: b\r\n\r\n", [["", "a"], ["", "b"]]),
        ("data: a\r\rdata: b\n\r\n", [["", "a"], ["", "b"]]),
    ]

    @Test("follows the standard", arguments: AICacheEventStreamTests.streams)
    func standard(text: String, expected: [[String]]) throws {
        #expect(try self.events([bytes(text)]) == expected)
    }

    @Test("gives the same events wherever the stream is cut", arguments: AICacheEventStreamTests.streams)
    func cuts(text: String, expected: [[String]]) throws {
        let all = Array(text.utf8)
        for cut in 0...all.count {
            #expect(try self.events([ByteBuffer(bytes: all[..<cut]), ByteBuffer(bytes: all[cut...])]) == expected)
        }
        #expect(try self.events(all.map { ByteBuffer(bytes: [$0]) }) == expected)
    }

    @Test("gives up on an event without end", arguments: ["data: ", "\n\n:", "x"])
    func bounded(start: String) {
        #expect(throws: EventStreamParser.Failure.self) {
            try self.events([bytes(start), bytes(String(repeating: "x", count: 200))], limit: 100)
        }
    }
}
