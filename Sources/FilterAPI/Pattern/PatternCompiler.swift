/// Turns a pattern's tree into instructions, from the end to the beginning: each part is given where to go on.
struct PatternCompiler {
    private(set) var instructions: [PatternInstruction] = []
    private(set) var sets: [PatternByteSet] = []
    private(set) var choices: [[PatternChoice]] = []
    private var setPlaces: [PatternByteSet: Int32] = [:]
    /// Parts compiled; repetitions of something empty make no instructions but take time.
    private var visits = 0

    mutating func compileProgram(_ node: PatternNode) throws(PatternError) -> Int32 {
        let accept = try self.emit(.accept)
        let end = try self.emit(.save(slot: 1, next: accept))
        let body = try self.compile(node, next: end)
        return try self.emit(.save(slot: 0, next: body))
    }

    private mutating func compile(_ node: PatternNode, next: Int32) throws(PatternError) -> Int32 {
        self.visits += 1
        guard self.visits <= 10 * Pattern.maximumProgramSize else { throw Self.tooLarge }
        switch node {
        case .empty: return next
        case .scalar(let set): return try self.compile(set, next: next)
        case .sequence(let parts):
            var next = next
            for part in parts.reversed() { next = try self.compile(part, next: next) }
            return next
        case .alternatives(let branches): return try self.compileAlternatives(branches, next: next)
        case .repetition(let body, let minimum, let maximum, let isGreedy):
            return try self.compileRepetition(body, minimum, maximum, isGreedy, next: next)
        case .group(let body, let number):
            let end = try self.emit(.save(slot: Int32(2 * number + 1), next: next))
            return try self.emit(.save(slot: Int32(2 * number), next: try self.compile(body, next: end)))
        case .assertion(let assertion): return try self.emit(.assertion(assertion, next: next))
        }
    }

    private mutating func compileAlternatives(_ branches: [PatternNode], next: Int32) throws(PatternError) -> Int32 {
        var entry: Int32?
        for branch in branches.reversed() {
            let start = try self.compile(branch, next: next)
            entry = if let other = entry { try self.emit(.split(start, other)) } else { start }
        }
        return entry ?? next
    }

    private mutating func compileRepetition(
        _ body: PatternNode,
        _ minimum: Int,
        _ maximum: Int?,
        _ isGreedy: Bool,
        next: Int32
    ) throws(PatternError) -> Int32 {
        var tail = next
        var copies = minimum
        if let maximum {
            for _ in minimum..<maximum {
                tail = try self.emitChoice(try self.compile(body, next: tail), next, isGreedy)
            }
        } else {
            tail = try self.compileLoop(body, isGreedy, next: next)
            if minimum == 0 {
                // A body that may be empty is entered once even in vain, for its groups: (a*)* is ((a*)+)?.
                if body.canBeEmpty { return try self.emitChoice(tail, next, isGreedy) }
                return self.loopDecision
            }
            copies -= 1
        }
        for _ in 0..<copies { tail = try self.compile(body, next: tail) }
        return tail
    }

    /// The place of the split that the last loop ends with.
    private var loopDecision: Int32 = 0

    /// Once or more; returns the body's entry.
    private mutating func compileLoop(
        _ body: PatternNode,
        _ isGreedy: Bool,
        next: Int32
    ) throws(PatternError) -> Int32 {
        let decision = try self.emit(.split(next, next))
        let entry = try self.compile(body, next: decision)
        self.instructions[Int(decision)] = isGreedy ? .split(entry, next) : .split(next, entry)
        self.loopDecision = decision
        return entry
    }

    private mutating func emitChoice(_ body: Int32, _ next: Int32, _ isGreedy: Bool) throws(PatternError) -> Int32 {
        try self.emit(isGreedy ? .split(body, next) : .split(next, body))
    }
}

extension PatternCompiler {
    private static let tooLarge = PatternError(
        "the pattern needs more than \(Pattern.maximumProgramSize) instructions; use smaller repetitions",
        at: 0
    )

    mutating func emit(_ instruction: PatternInstruction) throws(PatternError) -> Int32 {
        guard self.instructions.count < Pattern.maximumProgramSize else { throw Self.tooLarge }
        self.instructions.append(instruction)
        return Int32(truncatingIfNeeded: self.instructions.count - 1)
    }

    /// Takes one byte of the ranges; none makes an instruction that never goes on.
    mutating func emit(bytes ranges: [ClosedRange<UInt8>], next: Int32) throws(PatternError) -> Int32 {
        if ranges.count == 1, let range = ranges.first {
            return try self.emit(.range(range.lowerBound, range.upperBound, next: next))
        }
        return try self.emit(.set(self.place(of: ranges), next: next))
    }

    /// Takes one byte of the ranges and goes on where they say; `next` is for none, which goes on nowhere.
    mutating func emit(
        choice: [(ranges: [ClosedRange<UInt8>], next: Int32)],
        next: Int32
    ) throws(PatternError) -> Int32 {
        if choice.count <= 1 {
            return try self.emit(bytes: choice.first?.ranges ?? [], next: choice.first?.next ?? next)
        }
        let instruction = try self.emit(.choice(Int32(truncatingIfNeeded: self.choices.count)))
        self.choices.append(choice.map { PatternChoice(set: self.place(of: $0.ranges), next: $0.next) })
        return instruction
    }

    private mutating func place(of ranges: [ClosedRange<UInt8>]) -> Int32 {
        var set = PatternByteSet()
        for range in ranges { set.insert(range) }
        if let place = self.setPlaces[set] { return place }
        let place = Int32(truncatingIfNeeded: self.sets.count)
        self.sets.append(set)
        self.setPlaces[set] = place
        return place
    }
}
