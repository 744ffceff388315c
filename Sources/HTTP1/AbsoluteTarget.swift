/// Finds the authority in a target of absolute form (RFC 9112, section 3.2.2).
enum AbsoluteTarget {
    /// The authority's offsets in the target, or `nil` when it is not an `http` or `https` URI.
    static func authority(_ target: UnsafeRawBufferPointer) -> Range<Int>? {
        guard let colon = target.firstIndex(of: UInt8(ascii: ":")), colon + 3 <= target.count else { return nil }
        let scheme = UnsafeRawBufferPointer(rebasing: target[..<colon])
        guard scheme.isText("http") || scheme.isText("https") else { return nil }
        let (slash, mark) = (UInt8(ascii: "/"), UInt8(ascii: "?"))
        guard target[colon + 1] == slash, target[colon + 2] == slash else { return nil }
        let start = colon + 3
        let end = target[start...].firstIndex { $0 == slash || $0 == mark } ?? target.count
        return start..<end
    }
}
