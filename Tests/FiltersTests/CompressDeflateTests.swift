import NIOCore
import Testing

@testable import BundledFilters

@Suite("compress: DEFLATE")
struct CompressDeflateTests {
    /// Bytes of one nature; the same in each run.
    enum Nature: String, Sendable, CaseIterable {
        case zeros, letters, words, noise, runs, farRepeats, oneSymbol

        func bytes(_ count: Int) -> [UInt8] {
            var state = UInt64(count) &+ 77
            func next() -> UInt64 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return state >> 33
            }
            switch self {
            case .zeros, .oneSymbol: return [UInt8](repeating: self == .zeros ? 0 : 0xFF, count: count)
            case .letters: return (0..<count).map { _ in UInt8(ascii: "a") + UInt8(next() % 4) }
            case .noise: return (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
            case .words:
                let words = ["gateway", "filter", "chain", "stream", "the", " of ", "a", "\n", "{\"k\":", "}, "]
                var bytes: [UInt8] = []
                while bytes.count < count { bytes += Array(words[Int(next() % 10)].utf8) }
                return Array(bytes.prefix(count))
            case .runs:
                var bytes: [UInt8] = []
                while bytes.count < count {
                    bytes += [UInt8](repeating: UInt8(truncatingIfNeeded: next()), count: Int(next() % 700) + 1)
                }
                return Array(bytes.prefix(count))
            case .farRepeats:
                let block = Nature.noise.bytes(32_500)
                return (0..<count).map { block[$0 % block.count] }
            }
        }
    }

    @Test(arguments: Nature.allCases, [1, 4, 6, 9])
    func whatWasCompressedUnpacksToTheSame(_ nature: Nature, _ level: Int) throws {
        for count in [0, 1, 2, 3, 4, 257, 258, 259, 1023, 32_768, 70_000] {
            let input = nature.bytes(count)
            for (size, flush) in [(count, Deflate.Flush.none), (1000, .none), (4099, .sync)] {
                let output = self.deflated(input, level, parts: max(1, size), flush, expectedSize: nil)
                try #require(self.inflated(output) == input, "\(count) bytes in parts of \(size)")
            }
            let short = self.deflated(input, level, parts: 700, .none, expectedSize: count)
            try #require(self.inflated(short) == input, "\(count) bytes, announced")
        }
    }

    @Test("an announced size that was wrong costs nothing but length", arguments: [0, 10, 1 << 40])
    func wrongSize(_ expected: Int) {
        let input = Nature.words.bytes(50_000)
        #expect(self.inflated(self.deflated(input, 6, parts: 999, .none, expectedSize: expected)) == input)
    }

    @Test func afterAFlushAllIsThere() {
        let input = Nature.words.bytes(5000)
        var deflate = Deflate(level: DeflateLevel(6))
        var output = ByteBuffer()
        var index = 0
        for length in [1, 2, 3, 10, 700, 4000] {
            let end = min(input.count, index + length)
            input[index..<end].withUnsafeBytes { deflate.write($0, .sync, to: &output) }
            index = end
            var ended = output
            ended.writeBytes([0x03, 0x00])
            #expect(self.inflated(ended) == Array(input[..<index]))
            let size = output.readableBytes
            deflate.write(UnsafeRawBufferPointer(start: nil, count: 0), .sync, to: &output)
            #expect(output.readableBytes == size, "nothing new is nothing to write")
        }
    }

    @Test func noiseGrowsByLittle() {
        let input = Nature.noise.bytes(100_000)
        #expect(self.deflated(input, 9, parts: 8192, .none, expectedSize: nil).readableBytes < 100_000 + 60)
    }

    @Test func aMegabyteOfZerosIsAKilobyte() {
        #expect(
            self.deflated(Nature.zeros.bytes(1 << 20), 6, parts: 1 << 14, .none, expectedSize: nil).readableBytes < 1100
        )
    }

    @Test(
        "no code is longer than its limit, and none is wasted",
        arguments: [7, 15],
        [
            [1, 1],
            [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144],
            [5, 0, 0, 5, 1], [1, 1, 1, 1, 1, 1, 1], [1_000_000, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
        ] as [[UInt32]]
    )
    func codes(_ limit: Int, _ frequencies: [UInt32]) {
        let code = PrefixCode(frequencies: frequencies, limit: limit)
        #expect(code.lengths.map { $0 > 0 } == frequencies.map { $0 > 0 })
        #expect(code.lengths.allSatisfy { $0 <= limit })
        #expect(code.lengths.filter { $0 > 0 }.reduce(0) { $0 + 1 << (limit - Int($1)) } == 1 << limit)
        for (left, right) in zip(frequencies.indices, frequencies.indices.dropFirst()) where frequencies[left] > 0 {
            if frequencies[right] > frequencies[left] { #expect(code.lengths[right] <= code.lengths[left]) }
        }
    }

    @Test func theChecksumsAreThoseOfTheStandards() {
        let check = Array("123456789".utf8)
        #expect(check.withUnsafeBytes { Checksum.crc32($0, after: 0) } == 0xCBF4_3926)
        #expect(check.withUnsafeBytes { Checksum.adler32($0, after: 1) } == 0x091E_01DE)
        let long = [UInt8](repeating: 0xFF, count: 100_000)
        let whole = long.withUnsafeBytes { Checksum.crc32($0, after: 0) }
        let halves = long.withUnsafeBytes {
            Checksum.crc32(
                UnsafeRawBufferPointer(rebasing: $0[33_333...]),
                after: Checksum.crc32(UnsafeRawBufferPointer(rebasing: $0[..<33_333]), after: 0)
            )
        }
        #expect(whole == halves)
    }

    private func deflated(
        _ input: [UInt8],
        _ level: Int,
        parts: Int,
        _ flush: Deflate.Flush,
        expectedSize: Int?
    ) -> ByteBuffer {
        var deflate = Deflate(level: DeflateLevel(level), expectedSize: expectedSize)
        var output = ByteBuffer()
        input.withUnsafeBytes { bytes in
            var index = 0
            while index < bytes.count {
                let end = min(bytes.count, index + parts)
                deflate.write(UnsafeRawBufferPointer(rebasing: bytes[index..<end]), flush, to: &output)
                index = end
            }
        }
        deflate.write(UnsafeRawBufferPointer(start: nil, count: 0), .finish, to: &output)
        return output
    }

    private func inflated(_ bytes: ByteBuffer) -> [UInt8]? {
        bytes.withUnsafeReadableBytes { Inflate.deflate($0, limit: 1 << 22) }
    }
}
