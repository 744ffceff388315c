/// Where a pattern and its groups matched, in offsets into the input.
public struct PatternMatch: Sendable, Hashable {
    /// Begin and end of the whole match and of each group; -1 for a group that took no part.
    private let bounds: [Int32]

    init(bounds: [Int32]) { self.bounds = bounds }

    /// The whole match.
    public var range: Range<Int> { self.group(0) ?? 0..<0 }

    /// What a group matched last: 0 is the whole match; `nil` for a group that took no part or does not exist.
    public func group(_ number: Int) -> Range<Int>? {
        guard number >= 0, number < self.bounds.count / 2 else { return nil }
        let start = Int(self.bounds[2 * number])
        let end = Int(self.bounds[2 * number + 1])
        return start >= 0 && start <= end ? start..<end : nil
    }
}
