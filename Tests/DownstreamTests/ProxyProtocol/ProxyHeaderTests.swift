import NIOCore
import TestSupport
import Testing

@testable import Downstream

@Suite("The header of the PROXY protocol")
struct ProxyHeaderTests {
    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    /// A header of version 2; its length is that of `rest`.
    static func version2(_ command: UInt8, _ family: UInt8, _ rest: [UInt8]) -> [UInt8] {
        signature + [command, family, UInt8(rest.count >> 8), UInt8(rest.count & 0xFF)] + rest
    }

    private static let ipv4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB]
    private static let ipv6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1] + [UInt8](repeating: 0, count: 15) + [1]
        + [0xDC, 0x04, 0x01, 0xBB]

    struct Good: Sendable {
        let header: [UInt8]
        let source: String?
    }

    static let good: [Good] = [
        Good(header: Array("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n".utf8), source: "192.0.2.1:56324"),
        Good(header: Array("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0\r\n".utf8), source: "255.255.255.255:65535"),
        Good(header: Array("PROXY TCP6 2001:db8::1 ::1 56324 443\r\n".utf8), source: "2001:db8::1:56324"),
        Good(header: Array("PROXY UNKNOWN\r\n".utf8), source: nil),
        Good(header: Array("PROXY UNKNOWN what ever this says\r\n".utf8), source: nil),
        Good(header: version2(0x21, 0x11, ipv4), source: "192.0.2.1:56324"),
        Good(header: version2(0x21, 0x21, ipv6), source: "2001:db8::1:56324"),
        // Additional fields: a name, padding, and some that no list knows.
        Good(
            header: version2(0x21, 0x11, ipv4 + [0x02, 0, 3, 97, 98, 99, 0x04, 0, 0, 0xEE, 0, 1, 0]),
            source: "192.0.2.1:56324"
        ),
        Good(header: version2(0x21, 0x11, ipv4 + [UInt8](repeating: 0x0D, count: 5000)), source: "192.0.2.1:56324"),
        // Not TCP over IP: the connection's own address counts.
        Good(header: version2(0x21, 0x12, ipv4), source: nil),
        Good(header: version2(0x21, 0x31, [UInt8](repeating: 1, count: 216)), source: nil),
        Good(header: version2(0x21, 0x00, []), source: nil),
        Good(header: version2(0x21, 0x00, [1, 2, 3]), source: nil),
        // The proxy speaks for itself.
        Good(header: version2(0x20, 0x00, []), source: nil),
        Good(header: version2(0x20, 0x11, []), source: nil),
        Good(header: version2(0x20, 0x11, ipv4), source: nil),
    ]

    @Test("is read, wherever it is divided, and what follows it is left", arguments: good)
    func goodHeaders(_ item: Good) throws {
        let rest = Array("GET / HTTP/1.1\r\n".utf8)
        let bytes = item.header + rest
        let places = item.header.count > 1000 ? Array(stride(from: 0, to: bytes.count, by: 701)) : Array(bytes.indices)
        for split in places {
            var header = ProxyHeader()
            var progress = header.receive(ByteBuffer(bytes: bytes[..<split]))
            if split < item.header.count {
                #expect(progress == .needMore)
                progress = header.receive(ByteBuffer(bytes: bytes[split...]))
                #expect(Array(header.rest.readableBytesView) == rest)
            } else {
                #expect(Array(header.rest.readableBytesView) == Array(bytes[item.header.count..<split]))
            }
            guard case .complete(let source) = progress else {
                Issue.record("\(progress) at \(split)")
                return
            }
            #expect(source.map { "\($0.ipAddress ?? ""):\($0.port ?? 0)" } == item.source)
        }
    }

    @Test("is read byte by byte", arguments: good)
    func byteByByte(_ item: Good) {
        var header = ProxyHeader()
        for byte in item.header.dropLast() { #expect(header.receive(ByteBuffer(bytes: [byte])) == .needMore) }
        guard case .complete = header.receive(ByteBuffer(bytes: item.header.suffix(1))) else {
            Issue.record("not complete")
            return
        }
        #expect(header.rest.readableBytes == 0)
    }

    static let bad: [[UInt8]] =
        [
            "GET / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n", "PROXX", "PROXY\r\n", "proxy TCP4 1.1.1.1 2.2.2.2 1 2\r\n",
            " PROXY UNKNOWN\r\n", "PROXY  TCP4 1.1.1.1 2.2.2.2 1 2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n",
            "PROXY TCP5 1.1.1.1 2.2.2.2 1 2\r\n",
            "PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n", "PROXY TCP4 1.1.1 2.2.2.2 1 2\r\n",
            "PROXY TCP4 01.1.1.1 2.2.2.2 1 2\r\n", "PROXY TCP4 1.1.1.256 2.2.2.2 1 2\r\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2 65536 2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\r\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2 +1 2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2 1 x\r\n",
            "PROXY TCP4 1.1.1.1 2.2.2.2  2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\rx", "PROXY UNKNOWN\rx",
            "PROXY UNKNOWN " + String(repeating: "a", count: 107), "PROXY TCP4 1.1.1.1\u{0} 2.2.2.2 1 2\r\n",
            "\u{16}\u{3}\u{1}",
        ].map { Array($0.utf8) } + [
            [0x0D, 0x0A, 0x0D, 0x0A, 0x01], [0x0D, 0x0D],
            version2(0x11, 0x11, ipv4), version2(0x31, 0x11, ipv4), version2(0x22, 0x11, ipv4),
            version2(0x2F, 0x11, ipv4),
            version2(0x21, 0x10, ipv4), version2(0x21, 0x13, ipv4), version2(0x21, 0x01, ipv4),
            version2(0x21, 0x41, ipv4),
            version2(0x20, 0xFF, ipv4), version2(0x21, 0x11, Array(ipv4.dropLast())), version2(0x21, 0x11, []),
            version2(0x21, 0x21, ipv4), version2(0x21, 0x31, [UInt8](repeating: 1, count: 215)),
            [0xFF, 0xFF], [0],
        ]

    @Test("is refused when it is none, as soon as that can be seen", arguments: bad)
    func badHeaders(_ bytes: [UInt8]) {
        var header = ProxyHeader()
        guard case .invalid = header.receive(ByteBuffer(bytes: bytes)) else {
            Issue.record("\(String(decoding: bytes, as: UTF8.self).debugDescription) was not refused")
            return
        }
        var divided = ProxyHeader()
        for byte in bytes {
            switch divided.receive(ByteBuffer(bytes: [byte])) {
            case .needMore: continue
            case .invalid: return
            case .complete(let source):
                Issue.record("byte by byte it is \(String(describing: source))")
                return
            }
        }
        Issue.record("byte by byte it was not refused")
    }

    @Test("keeps no more than what it needs, however long it says that it is")
    func longHeader() {
        var header = ProxyHeader()
        let start = Self.signature + [0x21, 0x11, 0xFF, 0xFF] + Self.ipv4
        #expect(header.receive(ByteBuffer(bytes: start)) == .needMore)
        for _ in 0..<65 {
            #expect(header.receive(ByteBuffer(repeating: 0, count: 1000)) == .needMore)
            #expect(header.rest.readableBytes == 0)
        }
        let left = 65_535 - Self.ipv4.count - 65_000
        guard case .complete(let source?) = header.receive(ByteBuffer(repeating: 7, count: left + 3)) else {
            Issue.record("not complete")
            return
        }
        #expect(source.ipAddress == "192.0.2.1")
        #expect(header.rest.readableBytes == 3)
    }

    @Test("never traps, whatever the bytes are")
    func randomBytes() {
        var random = SeededRandom(seed: 11)
        for round in 0..<20_000 {
            var bytes = Self.good[round % Self.good.count].header
            if bytes.count > 1000 { bytes = Array(bytes.prefix(60)) }
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                default: if bytes.count > 1 { bytes.remove(at: place) }
                }
            }
            var header = ProxyHeader()
            let split = Int.random(in: bytes.indices, using: &random)
            if header.receive(ByteBuffer(bytes: bytes[..<split])) == .needMore {
                _ = header.receive(ByteBuffer(bytes: bytes[split...]))
            }
            #expect(header.rest.readableBytes <= bytes.count)
        }
    }
}
