/// The byte ranges of one UTF-8 form, or of what is left of it after some bytes.
private typealias UTF8Tail = ArraySlice<ClosedRange<UInt8>>

extension PatternCompiler {
    /// One scalar out of a set, as the byte sequences of its UTF-8 form.
    mutating func compile(_ set: ScalarSet, next: Int32) throws(PatternError) -> Int32 {
        // Most sets are one letter, for which the general way takes many times as long.
        if let last = set.ranges.last, last.upperBound < 0x80 {
            return try self.emit(bytes: set.ranges.map { UInt8($0.lowerBound)...UInt8($0.upperBound) }, next: next)
        }
        var sequences: [[ClosedRange<UInt8>]] = []
        for range in set.ranges { appendUTF8Sequences(range.lowerBound, range.upperBound, to: &sequences) }
        var shared: [[UTF8Tail]: Int32] = [:]
        return try self.compile(sequences.map { $0[...] }, &shared, next: next)
    }

    /// One of several tails; equal groups of tails are compiled once.
    ///
    /// Since no scalar is in two ranges, first bytes of two tails are the same range or have no byte in common.
    private mutating func compile(
        _ tails: [UTF8Tail],
        _ shared: inout [[UTF8Tail]: Int32],
        next: Int32
    ) throws(PatternError) -> Int32 {
        if tails.contains(where: \.isEmpty) { return next }
        if let known = shared[tails] { return known }
        var ranges: [Int32: [ClosedRange<UInt8>]] = [:]
        let groups = Dictionary(grouping: tails) { $0.first ?? 0...0 }
        for (first, group) in groups.sorted(by: { $0.key.lowerBound < $1.key.lowerBound }) {
            let place = try self.compile(group.map { $0.dropFirst() }, &shared, next: next)
            ranges[place, default: []].append(first)
        }
        // ASCII goes on at the lowest place, which was compiled before all of this: it is looked at first.
        let start = try self.emit(choice: ranges.sorted { $0.key < $1.key }.map { ($0.value, $0.key) }, next: next)
        shared[tails] = start
        return start
    }
}

/// The byte ranges whose sequences are exactly the UTF-8 forms of a range of scalars.
///
/// Source: Ken Thompson's grep; described with utf8-ranges for Rust. Surrogates have no form (RFC 3629, section 3).
private func appendUTF8Sequences(_ lower: UInt32, _ upper: UInt32, to result: inout [[ClosedRange<UInt8>]]) {
    guard lower <= upper else { return }
    if lower < 0xD800, upper >= 0xD800 {
        appendUTF8Sequences(lower, 0xD7FF, to: &result)
        appendUTF8Sequences(0xE000, upper, to: &result)
        return
    }
    if lower >= 0xD800, lower <= 0xDFFF { return appendUTF8Sequences(0xE000, upper, to: &result) }
    if let cut = utf8Cut(lower, upper) {
        appendUTF8Sequences(lower, cut, to: &result)
        appendUTF8Sequences(cut + 1, upper, to: &result)
        return
    }
    result.append(zip(utf8Bytes(lower), utf8Bytes(upper)).map { $0...$1 })
}

/// Where to cut a range so that the bytes of each half vary independently of each other, or nil when they do.
private func utf8Cut(_ lower: UInt32, _ upper: UInt32) -> UInt32? {
    for last: UInt32 in [0x7F, 0x7FF, 0xFFFF] where lower <= last && upper > last { return last }
    let continuations = utf8Bytes(lower).count - 1
    for count in 1...3 where count <= continuations {
        let mask = (UInt32(1) << UInt32(6 * count)) - 1
        guard lower & ~mask != upper & ~mask else { continue }
        if lower & mask != 0 { return lower | mask }
        if upper & mask != mask { return (upper & ~mask) - 1 }
    }
    return nil
}

private func utf8Bytes(_ value: UInt32) -> [UInt8] {
    Unicode.Scalar(value).map { Array(String($0).utf8) } ?? []
}
