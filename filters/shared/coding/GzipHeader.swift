/// The head of a member of a gzip file.
///
/// Source: RFC 1952, section 2.3.
enum GzipHeader {
    /// Where the compressed data of the member at `start` begins; `nil` when there is no member.
    static func end(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard bytes.count - start >= 10, bytes[start] == 0x1F, bytes[start + 1] == 0x8B, bytes[start + 2] == 8
        else { return nil }
        let flags = bytes[start + 3]
        var index = start + 10
        if flags & 4 != 0 {
            guard bytes.count - index >= 2 else { return nil }
            index += 2 + (Int(bytes[index]) | Int(bytes[index + 1]) << 8)
        }
        for flag: UInt8 in [8, 16] where flags & flag != 0 {
            guard index < bytes.count, let end = bytes[index...].firstIndex(of: 0) else { return nil }
            index = end + 1
        }
        if flags & 2 != 0 { index += 2 }
        return index <= bytes.count ? index : nil
    }
}
