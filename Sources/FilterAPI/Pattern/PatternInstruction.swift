/// One step of a compiled pattern; numbers are places in the program.
enum PatternInstruction: Sendable {
    /// Takes a byte of a range.
    case range(UInt8, UInt8, next: Int32)
    /// Takes a byte of a set, by its place in ``PatternProgram/sets``.
    case set(Int32, next: Int32)
    /// Takes a byte and goes on where the byte says, by the place in ``PatternProgram/choices``.
    case choice(Int32)
    /// Goes on at both places; the first is preferred.
    case split(Int32, Int32)
    /// Notes the place in the input.
    case save(slot: Int32, next: Int32)
    case assertion(PatternAssertion, next: Int32)
    case accept
}

/// One of the sets of a ``PatternInstruction/choice(_:)``, which have no byte in common.
struct PatternChoice: Sendable {
    /// By its place in ``PatternProgram/sets``.
    let set: Int32
    let next: Int32
}

/// A set of bytes.
struct PatternByteSet: Sendable, Hashable {
    private var low: (UInt64, UInt64) = (0, 0)
    private var high: (UInt64, UInt64) = (0, 0)

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range { self.insert(byte) }
    }

    private mutating func insert(_ byte: UInt8) {
        let bit = UInt64(1) << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: self.low.0 |= bit
        case 1: self.low.1 |= bit
        case 2: self.high.0 |= bit
        default: self.high.1 |= bit
        }
    }

    func contains(_ byte: UInt8) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: self.low.0
            case 1: self.low.1
            case 2: self.high.0
            default: self.high.1
            }
        return word & (UInt64(1) << UInt64(byte & 63)) != 0
    }

    static func == (left: PatternByteSet, right: PatternByteSet) -> Bool {
        left.low == right.low && left.high == right.high
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(self.low.0)
        hasher.combine(self.low.1)
        hasher.combine(self.high.0)
        hasher.combine(self.high.1)
    }
}
