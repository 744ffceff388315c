import Testing

/// An answer of an upstream that breaks the protocol.
struct HostileResponse: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    var testDescription: String { self.name }

    private init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
    }

    private init(_ name: String, field: String) {
        self.init(name, "HTTP/1.1 200 OK\r\n\(field)\r\n\r\nbody")
    }

    /// Those whose head is bad.
    static let heads: [HostileResponse] = [
        .init("no HTTP at all", "SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        .init("version 2.0", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
        .init("no status", "HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
        .init("a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"),
        .init("a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
        .init("a status below 100", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"),
        .init("a status above 599", "HTTP/1.1 600 OK\r\nContent-Length: 0\r\n\r\n"),
        .init("a bare LF behind the status line", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"),
        .init("a control character in the reason", "HTTP/1.1 200 O\u{1}K\r\nContent-Length: 0\r\n\r\n"),
        .init("an empty line before", "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        .init("two lengths", field: "Content-Length: 4\r\nContent-Length: 5"),
        .init("two equal lengths", field: "Content-Length: 4\r\nContent-Length: 4"),
        .init("a list of lengths", field: "Content-Length: 4, 4"),
        .init("a signed length", field: "Content-Length: +4"),
        .init("a length that overflows", field: "Content-Length: 18446744073709551620"),
        .init("length and encoding", field: "Content-Length: 4\r\nTransfer-Encoding: chunked"),
        .init("encoding and length", field: "Transfer-Encoding: chunked\r\nContent-Length: 4"),
        .init("an unknown encoding", field: "Transfer-Encoding: gzip"),
        .init("gzip before chunked", field: "Transfer-Encoding: gzip, chunked"),
        .init("two encodings", field: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        .init("chunked of HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .init("a folded value", field: "x-a: b\r\n c"),
        .init("a blank before the colon", field: "x-a : b"),
        .init("NUL in a value", field: "x-a: b\u{0}c"),
        .init("a bare CR in a value", field: "x-a: b\rset-cookie: c"),
        .init("a bare LF between fields", field: "x-a: b\nset-cookie: c"),
        .init("a header without end", field: "x-a: \(String(repeating: "b", count: 70_000))"),
        .init("too many fields", field: Array(repeating: "x-a: b", count: 200).joined(separator: "\r\n")),
        .init(
            "a protocol switched unasked",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"
        ),
        .init(
            "informational responses without end",
            String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 50)
                + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        ),
    ]

    /// Those whose chunks are bad, behind a good head.
    static let bodies: [HostileResponse] = [
        .init("a size with prefix", "0x4\r\nevil\r\n0\r\n\r\n"),
        .init("a size that is no number", "zz\r\nevil\r\n0\r\n\r\n"),
        .init("a size that overflows", "fffffffffffffffff\r\nevil\r\n0\r\n\r\n"),
        .init("data without CRLF", "4\r\nevilX0\r\n\r\n"),
        .init("a bare LF behind the size", "4\nevil\r\n0\r\n\r\n"),
        .init("a folded trailer", "4\r\nevil\r\n0\r\nx-a: b\r\n c\r\n\r\n"),
    ]
}
