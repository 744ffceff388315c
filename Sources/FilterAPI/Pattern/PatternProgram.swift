/// A compiled pattern: instructions that an engine follows for all possible matches at once.
///
/// Source: Ken Thompson, Regular Expression Search Algorithm (1968); Russ Cox, Regular Expression Matching: the
/// Virtual Machine Approach (2009).
struct PatternProgram: Sendable {
    let instructions: [PatternInstruction]
    let sets: [PatternByteSet]
    let choices: [[PatternChoice]]
    let start: Int32
    let groupCount: Int
    /// Whether a match can only begin at the beginning of the text.
    let isAnchored: Bool
    /// What is asked of places between bytes.
    let assertions: Set<PatternAssertion>

    init(_ text: String) throws(PatternError) {
        var parser = PatternParser(text)
        let node = try parser.parse()
        var compiler = PatternCompiler()
        self.start = try compiler.compileProgram(node)
        self.instructions = compiler.instructions
        self.sets = compiler.sets
        self.choices = compiler.choices
        self.groupCount = parser.groupCount
        self.isAnchored = node.isAnchored
        let assertions = compiler.instructions.compactMap { (instruction) -> PatternAssertion? in
            guard case .assertion(let assertion, _) = instruction else { return nil }
            return assertion
        }
        self.assertions = Set(assertions)
    }

    /// Where an instruction goes on after taking a byte, or nil when it does not take it.
    func next(after instruction: Int32, taking byte: UInt8) -> Int32? {
        switch self.instructions[Int(instruction)] {
        case .range(let lower, let upper, let next): byte >= lower && byte <= upper ? next : nil
        case .set(let set, let next): self.sets[Int(set)].contains(byte) ? next : nil
        case .choice(let choice):
            self.choices[Int(choice)].first { self.sets[Int($0.set)].contains(byte) }?.next
        case .split, .save, .assertion, .accept: nil
        }
    }
}
