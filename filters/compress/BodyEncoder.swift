import NIOCore

/// Compresses one body into a gzip file or a zlib stream.
///
/// Source: RFC 1950 (zlib, which HTTP calls `deflate`), RFC 1952 (gzip).
struct BodyEncoder: Sendable {
    private let coding: CompressionCoding
    private let level: DeflateLevel
    private var deflate: Deflate
    private var checksum: UInt32
    private var size: UInt32 = 0
    private var isBegun = false

    /// - Parameters:
    ///   - coding: The form.
    ///   - level: How hard to look for repetitions.
    ///   - expectedSize: The length of the body, if that is known.
    init(_ coding: CompressionCoding, level: DeflateLevel, expectedSize: Int?) {
        self.coding = coding
        self.level = level
        self.deflate = Deflate(level: level, expectedSize: expectedSize)
        self.checksum = coding == .gzip ? 0 : 1
    }

    /// What a part of the body becomes; empty when it waits for more.
    mutating func encode(_ part: ByteBuffer, _ flush: Deflate.Flush) -> ByteBuffer {
        var output = ByteBuffer()
        if !self.isBegun {
            self.isBegun = true
            self.writeHead(to: &output)
        }
        part.withUnsafeReadableBytes { bytes in
            self.count(bytes)
            self.deflate.write(bytes, flush, to: &output)
        }
        if flush == .finish { self.writeEnd(to: &output) }
        return output
    }

    private mutating func count(_ bytes: UnsafeRawBufferPointer) {
        switch self.coding {
        case .gzip: self.checksum = Checksum.crc32(bytes, after: self.checksum)
        case .deflate: self.checksum = Checksum.adler32(bytes, after: self.checksum)
        }
        self.size &+= UInt32(truncatingIfNeeded: bytes.count)
    }

    private func writeHead(to output: inout ByteBuffer) {
        switch self.coding {
        case .gzip:
            // Neither a name nor a time; the system that the file comes from is unknown.
            let effort: UInt8 = self.level.number == 9 ? 2 : self.level.number == 1 ? 4 : 0
            output.writeBytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, effort, 255])
        case .deflate:
            // A window of 32 KiB, and a level such that both bytes are a multiple of 31.
            output.writeBytes([0x78, self.level.number < 2 ? 0x01 : self.level.number < 6 ? 0x5E : 0x9C])
        }
    }

    private func writeEnd(to output: inout ByteBuffer) {
        switch self.coding {
        case .gzip:
            output.writeInteger(self.checksum, endianness: .little)
            output.writeInteger(self.size, endianness: .little)
        case .deflate:
            output.writeInteger(self.checksum)
        }
    }
}
