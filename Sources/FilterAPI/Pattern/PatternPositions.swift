/// A program as sets of positions, one bit each: a search follows all possible matches at once, many in one machine word.
///
/// For programs whose ``PatternAutomaton`` would be large. A position is a place of the program that takes a byte; what
/// follows each combination of some neighbouring positions is known beforehand, so that a byte costs at most
/// ``stepsPerByte`` words, whatever was read before. Like the automaton it knows nothing of groups.
///
/// Source: Victor Glushkov, The Abstract Theory of Automata (1961); Navarro and Raffinot, Flexible Pattern Matching in
/// Strings (2002), section 5.3, with a table for each group of positions.
final class PatternPositions: Sendable {
    /// Set when a match is complete at the end of the text.
    static let end: UInt64 = 1

    /// The class of each byte.
    let classes: [UInt8]
    /// Words in a set of positions.
    let wordCount: Int
    /// The positions at the beginning of the text.
    let first: [UInt64]
    /// The positions that take the bytes of a class, at `class * wordCount`.
    let takers: [UInt64]
    /// Positions of the first word that stand for a complete match.
    let matched: UInt64
    /// How many neighbouring positions a group has: 8, or 4 where that would take much memory.
    let groupSize: Int
    /// Where the words of each group begin in `words`, and where those of the last one end.
    let starts: [Int32]
    /// The words in which what follows a group has bits.
    let words: [Int32]
    /// What follows each combination of a group's positions: as many values as it has words, 256 or 16 times.
    let values: [UInt64]
    /// The most words and groups that are looked at for one byte.
    let stepsPerByte: Int

    init(
        classes: [UInt8],
        wordCount: Int,
        first: [UInt64],
        takers: [UInt64],
        matched: UInt64,
        _ groups: PatternPositionGroups,
        stepsPerByte: Int
    ) {
        self.classes = classes
        self.wordCount = wordCount
        self.first = first
        self.takers = takers
        self.matched = matched
        self.groupSize = groups.size
        self.starts = groups.starts
        self.words = groups.words
        self.values = groups.values
        self.stepsPerByte = stepsPerByte
    }

    /// The tables of a program, or nil when they would be large.
    static func make(_ program: PatternProgram) -> PatternPositions? {
        var builder = PatternPositionsBuilder(program)
        return builder.build()
    }
}

extension PatternPositions {
    /// Whether there is a match; adds to `steps` the words and groups that were looked at.
    func matches(_ input: UnsafeRawBufferPointer, counting steps: inout Int) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * self.wordCount) { sets in
            sets.initialize(repeating: 0)
            for word in 0..<self.wordCount { sets[word] = self.first[word] }
            return self.starts.withUnsafeBufferPointer { starts in
                self.words.withUnsafeBufferPointer { words in
                    self.values.withUnsafeBufferPointer { values in
                        let groups = Groups(size: self.groupSize, starts: starts, words: words, values: values)
                        return self.search(input, groups, in: sets, counting: &steps)
                    }
                }
            }
        }
    }

    /// - Parameter sets: The current positions, and room for those that follow, which is empty.
    private func search(
        _ input: UnsafeRawBufferPointer,
        _ groups: Groups,
        in sets: UnsafeMutableBufferPointer<UInt64>,
        counting steps: inout Int
    ) -> Bool {
        let mask = (UInt64(1) << UInt64(groups.size)) - 1
        let shift = groups.size.trailingZeroBitCount
        var (current, following) = (0, self.wordCount)
        for byte in input {
            let takers = Int(self.classes[Int(byte)]) * self.wordCount
            steps += self.wordCount
            if sets[current] & self.takers[takers] & self.matched != 0 { return true }
            var isAlive = false
            for word in 0..<self.wordCount {
                var taken = sets[current + word] & self.takers[takers + word]
                sets[current + word] = 0
                if taken != 0 { isAlive = true }
                while taken != 0 {
                    let bit = taken.trailingZeroBitCount & ~(groups.size - 1)
                    let combination = Int(truncatingIfNeeded: (taken >> UInt64(bit)) & mask)
                    taken &= ~(mask << UInt64(bit))
                    let group = (word * UInt64.bitWidth + bit) >> shift
                    steps += 1 + groups.add(group, combination, to: sets, at: following)
                }
            }
            guard isAlive else { return false }
            swap(&current, &following)
        }
        return sets[current] & Self.end != 0
    }

    /// The tables of groups while a search reads them; their indices come from the tables alone.
    private struct Groups {
        let size: Int
        let starts: UnsafeBufferPointer<Int32>
        let words: UnsafeBufferPointer<Int32>
        let values: UnsafeBufferPointer<UInt64>

        /// Adds what follows some positions of a group, and answers how many words that were.
        func add(
            _ group: Int,
            _ combination: Int,
            to sets: UnsafeMutableBufferPointer<UInt64>,
            at set: Int
        ) -> Int {
            let start = Int(self.starts[group])
            let count = Int(self.starts[group + 1]) - start
            let first = (start << self.size) + combination * count
            for index in 0..<count { sets[set + Int(self.words[start + index])] |= self.values[first + index] }
            return count
        }
    }
}
