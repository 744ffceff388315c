/// The bytes of a program divided into classes that all of it treats alike, and into the kinds that assertions tell apart.
struct PatternByteClasses: Sendable {
    /// The class of each byte.
    private(set) var classes = [UInt8](repeating: 0, count: 256)
    /// One byte of each class.
    private(set) var samples: [UInt8] = []
    /// The index in ``kinds`` of each class.
    private(set) var sampleKinds: [Int] = []
    /// One byte of each kind: newlines and word characters stand apart where an assertion asks for them.
    let kinds: [Int]

    init(_ program: PatternProgram) {
        let looksAtWords = program.assertions.contains(.wordBoundary) || program.assertions.contains(.noWordBoundary)
        let looksAtLines = program.assertions.contains(.lineStart) || program.assertions.contains(.lineEnd)
        self.kinds = [Self.other] + (looksAtWords ? [Self.word] : []) + (looksAtLines ? [Self.newline] : [])
        self.divideBytes(of: program)
    }

    /// The byte of ``kinds`` that stands for a byte.
    func representative(_ byte: UInt8) -> Int {
        let kind = byte == 0x0A ? Self.newline : PatternAssertion.isWord(Int(byte)) ? Self.word : Self.other
        return self.kinds.contains(kind) ? kind : Self.other
    }
}

extension PatternByteClasses {
    private static let other = 0x20
    private static let word = 0x61
    private static let newline = 0x0A

    private mutating func divideBytes(of program: PatternProgram) {
        let begins = self.classBeginnings(of: program)
        for byte in UInt8.min...UInt8.max {
            if begins[Int(byte)] {
                self.samples.append(byte)
                self.sampleKinds.append(self.kinds.firstIndex(of: self.representative(byte)) ?? 0)
            }
            self.classes[Int(byte)] = UInt8(truncatingIfNeeded: self.samples.count - 1)
        }
    }

    /// The bytes that some test of the program tells apart from the byte before.
    private func classBeginnings(of program: PatternProgram) -> [Bool] {
        var begins = [Bool](repeating: false, count: 257)
        begins[0] = true
        for instruction in program.instructions {
            guard case .range(let lower, let upper, _) = instruction else { continue }
            begins[Int(lower)] = true
            begins[Int(upper) + 1] = true
        }
        for byte in UInt8(1)...UInt8.max {
            let isTold = program.sets.contains { $0.contains(byte) != $0.contains(byte - 1) }
            if isTold || self.representative(byte) != self.representative(byte - 1) { begins[Int(byte)] = true }
        }
        return begins
    }
}
