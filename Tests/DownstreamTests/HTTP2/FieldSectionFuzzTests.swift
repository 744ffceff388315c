import NIOCore
import NIOHPACK
import TestSupport
import Testing

@testable import Downstream

@Suite("HTTP/2: header sections, compared with NIO's decoder")
struct FieldSectionFuzzTests {
    private static let names = [":path", ":method", "cookie", "x-a", "x-long-name-of-a-field", "accept", "te", "vary"]

    @Test("what an encoder writes is read as it was", arguments: [11, 12, 13, 14] as [UInt64])
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
        var decoder = FieldSectionDecoder(sectionSize: 1 << 20)
        var section = FieldSection()
        for _ in 0..<500 {
            let headers = self.headers(&random)
            var block = ByteBuffer()
            try encoder.encode(headers: headers, to: &block)
            let isRead = decoder.decode(block, into: &section)
            #expect(isRead)
            #expect(section.strings == headers.map { [$0.name, $0.value] })
        }
    }

    @Test("what is damaged is refused by both, or read as the same", arguments: [21, 22, 23, 24] as [UInt64])
    func damage(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var readByBoth = 0
        for _ in 0..<1500 {
            var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
            var ours = FieldSectionDecoder(sectionSize: 1 << 20)
            var section = FieldSection()
            var theirs = HPACKDecoder(
                allocator: ByteBufferAllocator(),
                maxDynamicTableSize: 4096,
                maxHeaderListSize: 1 << 20
            )
            for _ in 0..<3 {
                var block = ByteBuffer()
                try encoder.encode(headers: self.headers(&random), to: &block)
                var bytes = Array(block.readableBytesView)
                if random.chance(60) { self.damage(&bytes, &random) }
                var copy = ByteBuffer(bytes: bytes)
                let other = try? theirs.decodeHeaders(from: &copy)
                let isRead = ours.decode(ByteBuffer(bytes: bytes), into: &section)
                guard let other else {
                    // An empty name is no error of the compression here.
                    #expect(!isRead || section.strings.contains { $0[0].isEmpty }, "\(bytes)")
                    break
                }
                // A number may be written in more bytes there.
                guard isRead else { break }
                #expect(section.strings == other.map { [$0.name, $0.value] }, "\(bytes)")
                readByBoth += 1
            }
        }
        #expect(readByBoth > 1000)
    }

    @Test("a few bytes never become more than the limit of a section")
    func bomb() {
        var decoder = FieldSectionDecoder(sectionSize: 142_336)
        var section = FieldSection()
        let field = [0x40] + HTTP2Text.string("x") + HTTP2Text.string(String(repeating: "a", count: 3900))
        let isBombRead = decoder.decode(ByteBuffer(bytes: field + Array(repeating: 0xBE, count: 6000)), into: &section)
        #expect(!isBombRead)
        #expect(section.capacity < 1 << 20, "\(section.capacity)")
        let isSmallRead = decoder.decode(ByteBuffer(bytes: [0x82]), into: &section)
        #expect(isSmallRead)
        #expect(section.capacity <= 4096, "\(section.capacity)")
    }

    private func headers(_ random: inout SeededRandom) -> HPACKHeaders {
        var headers = HPACKHeaders()
        for _ in 0..<random.next(in: 0...8) {
            let value = String(
                (0..<random.next(in: 0...60)).map { _ in Character(UnicodeScalar(UInt8(random.next(in: 0...127)))) }
            )
            let indexing: HPACKIndexing = random.element(of: [.indexable, .nonIndexable, .neverIndexed])
            headers.add(name: random.element(of: Self.names), value: value, indexing: indexing)
        }
        return headers
    }

    private func damage(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        guard !bytes.isEmpty else { return }
        let place = random.next(in: 0...(bytes.count - 1))
        switch random.next(in: 0...4) {
        case 0: bytes[place] = UInt8(random.next(in: 0...255))
        case 1: bytes[place] ^= 1 << UInt8(random.next(in: 0...7))
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(UInt8(random.next(in: 0...255)), at: place)
        default: bytes.removeLast(bytes.count - place)
        }
    }
}

extension FieldSection {
    /// The fields as strings, with bytes that are no UTF-8 replaced.
    fileprivate var strings: [[String]] {
        var strings: [[String]] = []
        _ = self.allSatisfy { name, value in
            strings.append([String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)])
            return true
        }
        return strings
    }

    fileprivate var capacity: Int { self.bytes.capacity }
}
