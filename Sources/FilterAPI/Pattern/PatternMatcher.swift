/// Follows all possible matches of a program through the input at once, in the order of their preference.
///
/// At each byte every instruction is visited at most once, so a search takes at most about
/// `(bytes + 1) * instructions` steps.
struct PatternMatcher {
    private let program: PatternProgram
    private let isCapturing: Bool
    private let maximumSteps: Int
    /// The visits to instructions so far.
    private(set) var steps = 0

    private var current: PatternThreads
    private var following: PatternThreads
    private var pending: [Pending] = []
    private var slots: [Int32]
    private var found: [Int32]?

    /// What is left to do while the threads of one place are gathered.
    private enum Pending {
        case visit(Int32)
        case restore(slot: Int, value: Int32)
    }

    init(_ program: PatternProgram, capturing isCapturing: Bool, maximumSteps: Int = .max) {
        let slotCount = isCapturing ? 2 * (program.groupCount + 1) : 0
        self.program = program
        self.isCapturing = isCapturing
        self.maximumSteps = maximumSteps
        self.current = PatternThreads(capacity: program.instructions.count, slotCount: slotCount)
        self.following = PatternThreads(capacity: program.instructions.count, slotCount: slotCount)
        self.slots = [Int32](repeating: -1, count: slotCount)
    }

    /// The leftmost match from `start` on; without capturing, only whether there is one. What is found when there are more
    /// than `maximumSteps` need not be the whole truth.
    mutating func firstMatch(in input: UnsafeRawBufferPointer, from start: Int) -> PatternMatch? {
        self.current.removeAll()
        self.found = nil
        var position = start
        while position <= input.count, self.steps <= self.maximumSteps {
            if self.found == nil, position == 0 || !self.program.isAnchored {
                for slot in self.slots.indices { self.slots[slot] = -1 }
                self.gather(from: self.program.start, at: position, in: input)
            }
            if self.current.isEmpty, self.found != nil || self.program.isAnchored { break }
            self.advance(at: position, in: input)
            if self.found != nil, !self.isCapturing { break }
            position += 1
        }
        return self.found.map { PatternMatch(bounds: $0) }
    }

    /// Lets each thread take the byte at `position`; one that accepts ends those of lower preference.
    private mutating func advance(at position: Int, in input: UnsafeRawBufferPointer) {
        let threads = self.current
        swap(&self.current, &self.following)
        self.current.removeAll()
        defer { self.following = threads }
        for index in 0..<threads.count {
            self.steps += 1
            let instruction = threads[index]
            if case .accept = self.program.instructions[Int(instruction)] {
                self.found = threads.slots(of: instruction)
                return
            }
            guard position < input.count,
                let next = self.program.next(after: instruction, taking: input[position])
            else { continue }
            threads.load(&self.slots, of: instruction)
            self.gather(from: next, at: position + 1, in: input)
        }
    }

    /// Adds the thread at `start`, and all that are reached from there without taking a byte, in order of preference.
    private mutating func gather(from start: Int32, at position: Int, in input: UnsafeRawBufferPointer) {
        self.pending.append(.visit(start))
        while let next = self.pending.popLast() {
            switch next {
            case .restore(let slot, let value): self.slots[slot] = value
            case .visit(let instruction): self.visit(instruction, at: position, in: input)
            }
        }
    }

    private mutating func visit(_ instruction: Int32, at position: Int, in input: UnsafeRawBufferPointer) {
        self.steps += 1
        guard self.current.insert(instruction) else { return }
        switch self.program.instructions[Int(instruction)] {
        case .range, .set, .choice, .accept:
            self.current.append(instruction, slots: self.slots)
        case .split(let first, let second):
            self.pending.append(.visit(second))
            self.pending.append(.visit(first))
        case .save(let slot, let next):
            self.save(position, in: Int(slot))
            self.pending.append(.visit(next))
        case .assertion(let assertion, let next):
            let previous = position > 0 ? Int(input[position - 1]) : -1
            let following = position < input.count ? Int(input[position]) : -1
            if assertion.holds(after: previous, before: following) { self.pending.append(.visit(next)) }
        }
    }

    private mutating func save(_ position: Int, in slot: Int) {
        guard self.isCapturing else { return }
        self.pending.append(.restore(slot: slot, value: self.slots[slot]))
        self.slots[slot] = Int32(truncatingIfNeeded: position)
    }
}
