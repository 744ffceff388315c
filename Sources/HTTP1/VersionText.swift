/// Recognises `HTTP/1.0` and `HTTP/1.1`, with case (RFC 9112, section 2.3).
enum VersionText {
    static let length = 8
    private static let name: StaticString = "HTTP/"
    /// `HTTP/1.` read as a little-endian word.
    private static let words: (http10: UInt64, http11: UInt64) = (0x302E_312F_5054_5448, 0x312E_312F_5054_5448)

    enum Outcome {
        case version(HTTP1Version)
        /// The bytes that have arrived could become a version.
        case ranOut
        /// A version of HTTP that is not spoken here.
        case unsupported
        /// Something else.
        case invalid
    }

    @inline(__always)
    static func parse(_ bytes: WireBytes, _ start: Int, _ end: Int) -> Outcome {
        guard start + VersionText.length <= end else { return self.parseSlowly(bytes, start, end) }
        switch bytes.word(at: start) {
        case self.words.http11: return .version(.http11)
        case self.words.http10: return .version(.http10)
        default: return self.parseSlowly(bytes, start, end)
        }
    }

    private static func parseSlowly(_ bytes: WireBytes, _ start: Int, _ end: Int) -> Outcome {
        let accepted: [ClosedRange<UInt8>] = [0x31...0x31, 0x2E...0x2E, 0x30...0x31]
        for offset in 0..<min(VersionText.length, end - start) {
            let byte = bytes[start + offset]
            if offset < self.name.utf8CodeUnitCount {
                guard byte == self.name.utf8Start[offset] else { return .invalid }
            } else if !accepted[offset - self.name.utf8CodeUnitCount].contains(byte) {
                return byte.isDigit || byte == UInt8(ascii: ".") ? .unsupported : .invalid
            }
        }
        return .ranOut
    }
}
