/// A set of filters of one chain, by position.
package struct FilterMask: Sendable, Hashable {
    /// How many filters a chain may have.
    package static let capacity = 128

    private var bits: UInt128 = 0

    package init() {}

    package var isEmpty: Bool { self.bits == 0 }

    package func contains(_ index: Int) -> Bool {
        index >= 0 && index < FilterMask.capacity && self.bits & (1 << UInt128(index)) != 0
    }

    package mutating func insert(_ index: Int) {
        precondition(index >= 0 && index < FilterMask.capacity, "filter \(index) of a chain of \(FilterMask.capacity)")
        self.bits |= 1 << UInt128(index)
    }

    package mutating func formUnion(_ other: FilterMask) { self.bits |= other.bits }

    package func union(_ other: FilterMask) -> FilterMask {
        var result = self
        result.formUnion(other)
        return result
    }

    package func subtracting(_ other: FilterMask) -> FilterMask {
        var result = self
        result.bits &= ~other.bits
        return result
    }

    /// The lowest member that is at least `index`.
    package func next(from index: Int) -> Int? {
        guard index < FilterMask.capacity else { return nil }
        let rest = self.bits >> UInt128(index)
        return rest == 0 ? nil : index + rest.trailingZeroBitCount
    }

    /// The highest member that is at most `index`.
    package func previous(from index: Int) -> Int? {
        guard index >= 0 else { return nil }
        let rest = self.bits << UInt128(FilterMask.capacity - 1 - index)
        return rest == 0 ? nil : index - rest.leadingZeroBitCount
    }
}
