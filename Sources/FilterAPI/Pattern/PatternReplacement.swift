/// Why replacing was given up.
public enum PatternReplacementError: Error, Sendable, Hashable {
    /// The output would be longer than was allowed.
    case tooLong
    /// Finding all matches would take more than linear time, or more steps than were allowed.
    case tooManySteps
}

extension Pattern {
    /// Replaces every match, from left to right, or answers `nil` when there is none.
    ///
    /// One search is linear, but a search for each of many matches may not be: the work for all of them together is
    /// bounded by a multiple of the input's length. An empty match right after another match is skipped.
    ///
    /// - Parameters:
    ///   - input: The bytes to search.
    ///   - substitution: What replaces a match; made for this pattern.
    ///   - maximumLength: The most bytes in the output.
    ///   - maximumSteps: The most visits to the pattern's instructions, of which one takes some nanoseconds; as many as linear
    ///     time needs unless given.
    public func replacingMatches(
        in input: UnsafeRawBufferPointer,
        with substitution: PatternSubstitution,
        maximumLength: Int,
        maximumSteps: Int = .max
    ) throws(PatternReplacementError) -> [UInt8]? {
        var steps = 0
        // Most texts have no match, and that is told much faster.
        if self.tables(find: input, counting: &steps) == false { return nil }
        let maximumSteps = min(maximumSteps, 16 * (input.count + 1) * (self.programSize + 1))
        var matcher = self.makeMatcher(maximumSteps: maximumSteps)
        var output: [UInt8] = []
        var copied = 0
        var lastEnd = -1
        var position = 0
        while position <= input.count, let match = matcher.firstMatch(in: input, from: position) {
            let range = match.range
            position = range.upperBound
            if range.isEmpty { position += Self.scalarLength(in: input, at: position) }
            guard matcher.steps <= maximumSteps else { throw .tooManySteps }
            if range.isEmpty, range.lowerBound == lastEnd { continue }
            output += input[copied..<range.lowerBound]
            substitution.append(match, in: input, to: &output)
            guard output.count <= maximumLength else { throw .tooLong }
            copied = range.upperBound
            lastEnd = range.upperBound
        }
        guard matcher.steps <= maximumSteps else { throw .tooManySteps }
        guard lastEnd >= 0 else { return nil }
        output += input[copied...]
        guard output.count <= maximumLength else { throw .tooLong }
        return output
    }

    private static func scalarLength(in input: UnsafeRawBufferPointer, at position: Int) -> Int {
        var length = 1
        while position + length < input.count, input[position + length] & 0xC0 == 0x80 { length += 1 }
        return length
    }
}
