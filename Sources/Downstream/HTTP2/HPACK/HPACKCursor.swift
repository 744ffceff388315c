/// A place in an encoded header section.
///
/// Source: RFC 7541, section 5.1.
struct HPACKCursor {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The next byte, or `nil` at the end.
    func peek() -> UInt8? {
        self.position < self.bytes.count ? self.bytes[self.position] : nil
    }

    /// Reads so many bytes, or `nil` when there are fewer.
    mutating func readBytes(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= self.bytes.count - self.position else { return nil }
        defer { self.position += count }
        return UnsafeRawBufferPointer(rebasing: self.bytes[self.position..<(self.position + count)])
    }

    /// Reads a number that begins with the last bits of the next byte.
    ///
    /// - Returns: `nil` when it does not end, or takes more than six bytes: no number here is so large.
    mutating func readInteger(prefix: Int) -> Int? {
        guard let first = self.next() else { return nil }
        let mask = 1 << prefix - 1
        var value = Int(first) & mask
        guard value == mask else { return value }
        var shift = 0
        while shift <= 28 {
            guard let byte = self.next() else { return nil }
            value += Int(byte & 0x7F) << shift
            guard byte & 0x80 != 0 else { return value }
            shift += 7
        }
        return nil
    }

    private mutating func next() -> UInt8? {
        guard let byte = self.peek() else { return nil }
        self.position += 1
        return byte
    }
}
