/// Makes the states of a ``PatternAutomaton``, each once.
struct PatternAutomatonBuilder {
    private static let maximumStates = 500
    /// Visits to instructions; keeps the time for one pattern below a few milliseconds.
    private static let maximumWork = 100_000

    private struct State: Hashable {
        /// Where matches stand before what can be done without a byte; in ascending order.
        var places: [Int32]
        /// A byte that stands for the one before, or -1 at the beginning of the text.
        var previous: Int
    }

    private let program: PatternProgram
    let bytes: PatternByteClasses
    /// The classes of bytes and one more for the end of the text.
    let columnCount: Int
    private(set) var table: [UInt16] = []
    private var states: [State] = []
    private var numbers: [State: UInt16] = [:]
    private var work = 0
    private var closure: PatternClosure
    private var marks: [Int]
    private var mark = 0

    init(_ program: PatternProgram) {
        self.program = program
        self.bytes = PatternByteClasses(program)
        self.columnCount = self.bytes.samples.count + 1
        self.closure = PatternClosure(program)
        self.marks = [Int](repeating: 0, count: program.instructions.count)
    }

    /// False when a bound was reached.
    mutating func build() -> Bool {
        let absorbing = State(places: [], previous: -2)
        // Dead and matched lead nowhere; their rows keep the numbering plain.
        self.states = [absorbing, absorbing]
        self.table = [UInt16](repeating: PatternAutomaton.dead, count: 2 * self.columnCount)
        _ = self.number(of: State(places: [self.program.start], previous: -1))
        var number = 2
        while number < self.states.count {
            let work = self.work + self.closure.work
            guard self.states.count <= Self.maximumStates, work <= Self.maximumWork else { return false }
            self.appendRow(for: self.states[number])
            number += 1
        }
        return true
    }

    /// What comes next matters to assertions only, and they tell but a few kinds of bytes apart.
    private mutating func appendRow(for state: State) {
        let closures = self.bytes.kinds.map { self.waiting(at: state, before: $0) }
        for (sample, kind) in zip(self.bytes.samples, self.bytes.sampleKinds) {
            let waiting = closures[kind]
            let next = waiting.map { self.number(of: self.state(after: $0, taking: sample)) }
            self.table.append(next ?? PatternAutomaton.matched)
        }
        let isMatched = self.waiting(at: state, before: -1) == nil
        self.table.append(isMatched ? PatternAutomaton.matched : PatternAutomaton.dead)
    }

    private mutating func number(of state: State) -> UInt16 {
        if state.places.isEmpty { return PatternAutomaton.dead }
        if let number = self.numbers[state] { return number }
        let number = UInt16(truncatingIfNeeded: self.states.count)
        self.states.append(state)
        self.numbers[state] = number
        return number
    }

    private mutating func state(after waiting: [Int32], taking byte: UInt8) -> State {
        var places: [Int32] = self.program.isAnchored ? [] : [self.program.start]
        self.mark += 1
        self.work += waiting.count
        for place in waiting {
            guard let next = self.program.next(after: place, taking: byte), self.marks[Int(next)] != self.mark else {
                continue
            }
            self.marks[Int(next)] = self.mark
            places.append(next)
        }
        if places.count > 1 { places.sort() }
        return State(places: places, previous: self.bytes.representative(byte))
    }

    private mutating func waiting(at state: State, before next: Int) -> [Int32]? {
        self.closure.waiting(at: state.places, after: state.previous, before: next)
    }
}
