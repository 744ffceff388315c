/// A set of Unicode scalars, as sorted ranges that neither overlap nor touch.
struct ScalarSet: Sendable, Hashable {
    private(set) var ranges: [ClosedRange<UInt32>] = []

    init() {}

    init(_ ranges: ClosedRange<UInt32>...) {
        for range in ranges { self.insert(range) }
    }

    init(_ scalar: Unicode.Scalar) { self.init(scalar.value...scalar.value) }

    var isEmpty: Bool { self.ranges.isEmpty }

    mutating func insert(_ range: ClosedRange<UInt32>) {
        var merged = range
        var kept: [ClosedRange<UInt32>] = []
        for other in self.ranges {
            if other.upperBound &+ 1 < merged.lowerBound || merged.upperBound &+ 1 < other.lowerBound {
                kept.append(other)
            } else {
                merged =
                    min(merged.lowerBound, other.lowerBound)...max(merged.upperBound, other.upperBound)
            }
        }
        let place = kept.firstIndex { $0.lowerBound > merged.upperBound } ?? kept.count
        kept.insert(merged, at: place)
        self.ranges = kept
    }

    mutating func formUnion(_ other: ScalarSet) {
        for range in other.ranges { self.insert(range) }
    }

    /// All other scalars; surrogates are in neither, for they have no UTF-8 form.
    var inverted: ScalarSet {
        var result = ScalarSet()
        var next: UInt32 = 0
        for range in self.ranges {
            if range.lowerBound > next { result.insert(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { result.insert(next...0x10FFFF) }
        return result
    }

    /// With each ASCII letter also in the other case.
    var ignoringASCIICase: ScalarSet {
        var result = self
        for range in self.ranges {
            for (letters, shift) in [(UInt32(0x41)...0x5A, Int32(32)), (UInt32(0x61)...0x7A, Int32(-32))] {
                guard range.overlaps(letters) else { continue }
                let part = range.clamped(to: letters)
                let lower = UInt32(Int32(part.lowerBound) + shift)
                result.insert(lower...(lower + (part.upperBound - part.lowerBound)))
            }
        }
        return result
    }
}

extension ScalarSet {
    static let digits = ScalarSet(0x30...0x39)
    static let wordCharacters = ScalarSet(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)
    static let whiteSpace = ScalarSet(0x09...0x0A, 0x0C...0x0D, 0x20...0x20)
    static let newline = ScalarSet(0x0A...0x0A)
}
