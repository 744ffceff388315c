extension AddressBits: CustomStringConvertible {
    /// The one form that an address has: dotted, or in groups whose longest run of zeros is left out.
    ///
    /// Source: RFC 5952, section 4.
    var description: String {
        self.isVersion4 ? self.dottedText : AddressBits.text(of: self.groups)
    }

    private var dottedText: String {
        (0..<4).map { String((self.bits >> UInt128(24 - 8 * $0)) & 0xFF) }.joined(separator: ".")
    }

    private var groups: [UInt16] {
        (0..<8).map { UInt16(truncatingIfNeeded: self.bits >> UInt128(112 - 16 * $0)) }
    }

    private static func text(of groups: [UInt16]) -> String {
        let gap = self.longestGap(in: groups)
        func text(_ groups: ArraySlice<UInt16>) -> String {
            groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard gap.count > 1 else { return text(groups[...]) }
        return "\(text(groups[..<gap.lowerBound]))::\(text(groups[gap.upperBound...]))"
    }

    /// The first of the longest runs of zeros; empty without any.
    private static func longestGap(in groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 { start = index + 1 }
            if index + 1 - start > longest.count { longest = start..<(index + 1) }
        }
        return longest
    }
}
