/// What of a ``PatternProgram`` can be reached without a byte.
struct PatternClosure {
    private let program: PatternProgram
    private var marks: [Int]
    private var mark = 0
    /// How many instructions were visited so far.
    private(set) var work = 0

    init(_ program: PatternProgram) {
        self.program = program
        self.marks = [Int](repeating: 0, count: program.instructions.count)
    }

    /// The instructions that wait for a byte, or nil when a match is complete.
    ///
    /// - Parameters:
    ///   - places: Where matches stand.
    ///   - previous: A byte that stands for the one before, or -1 at the beginning of the text.
    ///   - next: A byte that stands for the one behind, or -1 at the end of the text.
    mutating func waiting(at places: [Int32], after previous: Int, before next: Int) -> [Int32]? {
        var waiting: [Int32] = []
        var pending = places
        self.mark += 1
        while let place = pending.popLast() {
            guard self.marks[Int(place)] != self.mark else { continue }
            self.marks[Int(place)] = self.mark
            self.work += 1
            switch self.program.instructions[Int(place)] {
            case .accept: return nil
            case .range, .set, .choice: waiting.append(place)
            case .save(_, let target): pending.append(target)
            case .split(let first, let second): pending += [first, second]
            case .assertion(let assertion, let target):
                if assertion.holds(after: previous, before: next) { pending.append(target) }
            }
        }
        return waiting
    }
}
