/// Makes the tables of ``PatternPositions``.
struct PatternPositionsBuilder {
    /// Visits to instructions and positions; keeps the time for one pattern below some tens of milliseconds.
    private static let maximumWork = 2_000_000
    /// Words in the largest table: 4 MiB.
    private static let maximumValues = 1 << 19

    /// A place of the program that takes bytes of one kind and then always goes on at the same instruction.
    private struct Position {
        /// Nil for what stands for a complete match.
        var next: Int32?
        var kind: Int
        /// The classes of bytes that it takes.
        var classes: [Int]
    }

    /// What can be without a byte after an instruction, when the byte before was of a kind.
    private struct Place: Hashable {
        var instruction: Int32
        var previous: Int
    }

    private let program: PatternProgram
    private let bytes: PatternByteClasses
    /// The first stands for a match at the end, the next for one before each kind of byte; then, unless the pattern is
    /// anchored, those that take anything and begin anew; then those that take ASCII, and then the others.
    private var positions: [Position] = []
    /// The positions of each instruction for each kind of byte, at `instruction * kinds + kind`.
    private var numbers: [[Int32]] = []
    private var followers: [Place: [Int32]] = [:]
    private var work = 0
    private var closure: PatternClosure

    init(_ program: PatternProgram) {
        self.program = program
        self.bytes = PatternByteClasses(program)
        self.closure = PatternClosure(program)
    }

    /// Nil when a bound was reached.
    mutating func build() -> PatternPositions? {
        guard self.spend(self.program.instructions.count * self.bytes.samples.count) else { return nil }
        self.addPositions()
        guard let first = self.followers(of: Place(instruction: self.program.start, previous: -1)) else { return nil }
        var rows: [[Int32]] = []
        for position in self.positions {
            guard let next = position.next else {
                rows.append([])
                continue
            }
            let place = Place(instruction: next, previous: self.bytes.kinds[position.kind])
            guard let row = self.followers(of: place) else { return nil }
            rows.append(row)
        }
        // Beginning anew goes on for ever.
        for loop in self.loops { rows[loop] += self.loops.map { Int32(truncatingIfNeeded: $0) } }
        return self.tables(first: first + self.loops.map { Int32(truncatingIfNeeded: $0) }, rows)
    }

    private var kindCount: Int { self.bytes.kinds.count }
    private var loops: Range<Int> {
        let start = 1 + self.kindCount
        return start..<(self.program.isAnchored ? start : start + self.kindCount)
    }

    /// False when it is too much.
    private mutating func spend(_ count: Int) -> Bool {
        self.work += count
        return self.work + self.closure.work <= Self.maximumWork
    }

    private mutating func addPositions() {
        let classes = self.bytes.samples.indices
        let ofKind = (0..<self.kindCount).map { kind in classes.filter { self.bytes.sampleKinds[$0] == kind } }
        self.positions = [Position(next: nil, kind: 0, classes: [])]
        self.positions += ofKind.enumerated().map { Position(next: nil, kind: $0, classes: $1) }
        for kind in 0..<self.loops.count {
            self.positions.append(Position(next: self.program.start, kind: kind, classes: ofKind[kind]))
        }
        let found = self.program.instructions.indices.map { self.positions(of: Int32(truncatingIfNeeded: $0)) }
        self.numbers = [[Int32]](repeating: [], count: found.count * self.kindCount)
        for takesASCII in [true, false] {
            for (instruction, found) in found.enumerated() {
                for position in found where self.takesASCII(position) == takesASCII {
                    let number = Int32(truncatingIfNeeded: self.positions.count)
                    self.numbers[instruction * self.kindCount + position.kind].append(number)
                    self.positions.append(position)
                }
            }
        }
    }

    private func takesASCII(_ position: Position) -> Bool {
        position.classes.contains { self.bytes.samples[$0] < 0x80 }
    }

    private func positions(of instruction: Int32) -> [Position] {
        var found: [Position] = []
        for (number, sample) in self.bytes.samples.enumerated() {
            guard let next = self.program.next(after: instruction, taking: sample) else { continue }
            let kind = self.bytes.sampleKinds[number]
            if let known = found.firstIndex(where: { $0.next == next && $0.kind == kind }) {
                found[known].classes.append(number)
            } else {
                found.append(Position(next: next, kind: kind, classes: [number]))
            }
        }
        return found
    }
}

extension PatternPositionsBuilder {
    /// The positions that are reached without a byte; nil when that is too much work.
    ///
    /// Since each position takes bytes of one kind, it tells what assertions before it ask of the next byte.
    private mutating func followers(of place: Place) -> [Int32]? {
        if let known = self.followers[place] { return known }
        var reached: [Int32] = []
        for (kind, next) in self.bytes.kinds.enumerated() {
            guard let waiting = self.waiting(at: place, before: next) else {
                reached.append(Int32(truncatingIfNeeded: 1 + kind))
                continue
            }
            for instruction in waiting { reached += self.numbers[Int(instruction) * self.kindCount + kind] }
        }
        // Without assertions it makes no difference what comes next.
        let isMatchedAtEnd =
            self.program.assertions.isEmpty ? reached.contains(1) : self.waiting(at: place, before: -1) == nil
        if isMatchedAtEnd { reached.append(0) }
        guard self.spend(reached.count) else { return nil }
        self.followers[place] = reached
        return reached
    }

    private mutating func waiting(at place: Place, before next: Int) -> [Int32]? {
        self.closure.waiting(at: [place.instruction], after: place.previous, before: next)
    }
}

extension PatternPositionsBuilder {
    /// Nil when they would be large.
    private func tables(first: [Int32], _ rows: [[Int32]]) -> PatternPositions? {
        let wordCount = (rows.count + UInt64.bitWidth - 1) / UInt64.bitWidth
        var takers = [UInt64](repeating: 0, count: self.bytes.samples.count * wordCount)
        guard takers.count <= Self.maximumValues else { return nil }
        for (number, position) in self.positions.enumerated() {
            for column in position.classes { takers[column * wordCount + number / 64] |= 1 << UInt64(number % 64) }
        }
        guard let groups = self.groups(of: 8, rows, wordCount) ?? self.groups(of: 4, rows, wordCount) else {
            return nil
        }
        var begin = [UInt64](repeating: 0, count: wordCount)
        for number in first { begin[Int(number) / 64] |= 1 << UInt64(number % 64) }
        return PatternPositions(
            classes: self.bytes.classes,
            wordCount: wordCount,
            first: begin,
            takers: takers,
            matched: ((1 << UInt64(self.kindCount)) - 1) << 1,
            groups,
            stepsPerByte: self.stepsPerByte(takers, wordCount, groups)
        )
    }

    /// Nil when they would be large.
    private func groups(of size: Int, _ rows: [[Int32]], _ wordCount: Int) -> PatternPositionGroups? {
        var groups = PatternPositionGroups(size: size, wordCount: wordCount, maximumValues: Self.maximumValues)
        for start in stride(from: 0, to: rows.count, by: size) {
            guard groups.append(rows[start..<min(start + size, rows.count)]) else { return nil }
        }
        return groups
    }

    /// The most that any byte takes.
    ///
    /// Of the positions for bytes beyond ASCII not all can be reached at once, since the bytes before tell how many of a
    /// character are to come: they count a quarter.
    private func stepsPerByte(_ takers: [UInt64], _ wordCount: Int, _ groups: PatternPositionGroups) -> Int {
        var most = 0
        for (column, sample) in self.bytes.samples.enumerated() {
            var size = 0
            for word in 0..<wordCount { size += groups.size(of: takers[column * wordCount + word], at: word) }
            most = max(most, sample < 0x80 ? size : size / 4)
        }
        return wordCount + most
    }
}
