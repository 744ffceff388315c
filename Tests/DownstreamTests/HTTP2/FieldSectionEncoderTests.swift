import FilterAPI
import NIOCore
import NIOHPACK
import TestSupport
import Testing

@testable import Downstream

@Suite("HTTP/2: header sections of responses")
struct FieldSectionEncoderTests {
    private func bytes(_ head: ResponseHead) -> [UInt8] {
        var encoder = FieldSectionEncoder()
        var buffer = ByteBuffer()
        encoder.write(head, into: &buffer)
        return Array(buffer.readableBytesView)
    }

    @Test(
        "statuses",
        arguments: [
            (200, [0x88]), (204, [0x89]), (206, [0x8A]), (304, [0x8B]), (400, [0x8C]), (404, [0x8D]), (500, [0x8E]),
            (103, [0x08, 3, 0x31, 0x30, 0x33]), (201, [0x08, 3, 0x32, 0x30, 0x31]), (599, [0x08, 3, 0x35, 0x39, 0x39]),
        ] as [(Int, [UInt8])]
    )
    func status(_ status: Int, _ expected: [UInt8]) {
        #expect(self.bytes(ResponseHead(status: status)) == expected)
    }

    @Test("names by number where the static table has them, else in lower case")
    func names() {
        var fields: HeaderFields = [.contentType: "a", HeaderName("X-Own"): "b", .xRequestId: "c"]
        fields.add(HeaderName("www-authenticate"), "d")
        let expected: [UInt8] =
            [0x88, 0x0F, 31 - 15, 1, 0x61] + [0] + HTTP2Text.string("x-own") + [1, 0x62]
            + [0] + HTTP2Text.string("x-request-id") + [1, 0x63] + [0x0F, 61 - 15, 1, 0x64]
        #expect(self.bytes(ResponseHead(status: 200, headers: fields)) == expected)
    }

    @Test("fields of an HTTP/1 connection are left out")
    func connectionFields() {
        let fields: HeaderFields = [
            .connection: "close", .keepAlive: "1", .proxyConnection: "a", .transferEncoding: "chunked",
            .upgrade: "x", .te: "trailers",
        ]
        #expect(self.bytes(ResponseHead(status: 200, headers: fields)) == [0x88])
    }

    @Test("a value goes out byte for byte", arguments: [[0x66, 0xFC, 0x72], [0xFF], [0x80, 0xC3]] as [[UInt8]])
    func rawBytes(_ value: [UInt8]) {
        var fields = HeaderFields()
        value.withUnsafeBytes { fields.add(HeaderName("x"), bytes: $0) }
        #expect(
            self.bytes(ResponseHead(status: 200, headers: fields)) == [0x88, 0, 1, 0x78, UInt8(value.count)] + value
        )
    }

    @Test("a client that allows a smaller table is told that there is none, once", arguments: [0, 1, 4095])
    func smallerTable(_ size: Int) throws {
        var encoder = FieldSectionEncoder()
        encoder.tableLimited(to: size)
        var sections: [[UInt8]] = []
        for _ in 0..<2 {
            var buffer = ByteBuffer()
            encoder.write(ResponseHead(status: 200), into: &buffer)
            sections.append(Array(buffer.readableBytesView))
            encoder.tableLimited(to: size)
        }
        #expect(sections == [[0x20, 0x88], [0x88]])
    }

    @Test("the protocol's table, or a larger one, needs no word")
    func defaultTable() {
        var encoder = FieldSectionEncoder()
        encoder.tableLimited(to: 4096)
        var buffer = ByteBuffer()
        encoder.write(ResponseHead(status: 200), into: &buffer)
        #expect(Array(buffer.readableBytesView) == [0x88])
    }

    @Test("what is written is read by another decoder as it was", arguments: [41, 42, 43] as [UInt64])
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var encoder = FieldSectionEncoder()
        var decoder = HPACKDecoder(
            allocator: ByteBufferAllocator(),
            maxDynamicTableSize: 4096,
            maxHeaderListSize: 1 << 24
        )
        let names = ["date", "Server", "x-a", "X-Long-Name-Of-A-Field", "set-cookie", "content-length", "grpc-status"]
        for _ in 0..<300 {
            var fields = HeaderFields()
            var expected = [[":status", "203"]]
            for _ in 0..<random.next(in: 0...12) {
                let name = random.element(of: names)
                let length = random.element(of: [0, 1, 20, 126, 127, 128, 254, 255, 300, 20_000])
                let value = String(repeating: "v", count: length)
                fields.add(HeaderName(name), value)
                expected.append([name.lowercased(), value])
            }
            var block = ByteBuffer()
            encoder.write(ResponseHead(status: 203, headers: fields), into: &block)
            #expect(try decoder.decodeHeaders(from: &block).map { [$0.name, $0.value] } == expected)
            var trailers = ByteBuffer()
            encoder.write(trailers: fields, into: &trailers)
            #expect(
                try decoder.decodeHeaders(from: &trailers).map { [$0.name, $0.value] } == Array(expected.dropFirst())
            )
        }
    }
}
