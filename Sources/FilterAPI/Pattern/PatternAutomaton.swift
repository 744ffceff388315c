/// A program as a table of states, so that a search reads one entry for each byte; it knows nothing of groups.
///
/// Built when the pattern is, if the table stays small; an immutable table is shared by all event loops without a lock.
/// A state is the set of places where matches in progress stand and what the byte before was.
struct PatternAutomaton: Sendable {
    static let dead: UInt16 = 0
    static let matched: UInt16 = 1
    static let start: UInt16 = 2

    /// The class of each byte; bytes of a class are treated alike by the whole program.
    let classes: [UInt8]
    /// The classes and one more for the end of the text.
    let columnCount: Int
    /// The state that follows, at `state * columnCount + class`.
    let table: [UInt16]

    /// Makes the table, or nil when it would be large.
    init?(_ program: PatternProgram) {
        guard program.instructions.count <= 1_000 else { return nil }
        var builder = PatternAutomatonBuilder(program)
        guard builder.build() else { return nil }
        self.classes = builder.bytes.classes
        self.columnCount = builder.columnCount
        self.table = builder.table
    }

    /// Whether there is a match; adds to `steps` the bytes that were read.
    func matches(_ input: UnsafeRawBufferPointer, counting steps: inout Int) -> Bool {
        var state = Self.start
        for byte in input {
            steps += 1
            state = self.table[Int(state) * self.columnCount + Int(self.classes[Int(byte)])]
            if state <= Self.matched { return state == Self.matched }
        }
        steps += 1
        return self.table[Int(state) * self.columnCount + self.columnCount - 1] == Self.matched
    }
}
