/// The checksums that end a gzip file and a zlib stream.
enum Checksum {
    /// Eight tables for eight bytes at once.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
            tables[byte] = value
        }
        for index in 256..<(8 * 256) {
            let before = tables[index - 256]
            tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
        }
        return tables
    }()

    /// The CRC-32 of bytes that follow those of `start`, which is 0 at the beginning.
    ///
    /// Source: RFC 1952, section 8; eight bytes at a time after Intel's "slicing by 8".
    static func crc32(_ bytes: UnsafeRawBufferPointer, after start: UInt32) -> UInt32 {
        self.tables.withUnsafeBufferPointer { tables in
            var crc = ~start
            var index = 0
            while index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian ^ UInt64(crc)
                crc = 0
                for table in 0..<8 {
                    let byte = Int(truncatingIfNeeded: word >> UInt64(8 * table)) & 0xFF
                    crc ^= tables[(7 - table) * 256 + byte]
                }
                index += 8
            }
            while index < bytes.count {
                crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[index])) & 0xFF)]
                index += 1
            }
            return ~crc
        }
    }

    /// The Adler-32 of bytes that follow those of `start`, which is 1 at the beginning.
    ///
    /// Source: RFC 1950, section 9.
    static func adler32(_ bytes: UnsafeRawBufferPointer, after start: UInt32) -> UInt32 {
        var low = start & 0xFFFF
        var high = start >> 16
        var index = 0
        while index < bytes.count {
            // So many additions cannot overflow 32 bits.
            let end = min(bytes.count, index + 5552)
            while index < end {
                low &+= UInt32(bytes[index])
                high &+= low
                index += 1
            }
            low %= 65521
            high %= 65521
        }
        return high << 16 | low
    }
}
