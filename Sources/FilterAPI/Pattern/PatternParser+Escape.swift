extension PatternParser {
    /// Reads an escape outside of a class.
    mutating func parseEscape(from start: Int) throws(PatternError) -> PatternNode {
        guard let scalar = self.peek else { throw PatternError("\"\\\" at the end escapes nothing", at: start) }
        if let assertion = self.assertion(scalar) {
            self.index += 1
            return .assertion(assertion)
        }
        if let set = self.perlClass(scalar) {
            self.index += 1
            return .scalar(set)
        }
        return self.literal(try self.parseEscapedScalar(from: start))
    }

    private func assertion(_ scalar: Unicode.Scalar) -> PatternAssertion? {
        switch scalar {
        case "A": .textStart
        case "z": .textEnd
        case "b": .wordBoundary
        case "B": .noWordBoundary
        default: nil
        }
    }

    /// The class that `\d` and its like stand for; ASCII only, as in RE2.
    func perlClass(_ scalar: Unicode.Scalar) -> ScalarSet? {
        switch scalar {
        case "d": .digits
        case "D": ScalarSet.digits.inverted
        case "w": .wordCharacters
        case "W": ScalarSet.wordCharacters.inverted
        case "s": .whiteSpace
        case "S": ScalarSet.whiteSpace.inverted
        default: nil
        }
    }

    /// Reads what follows a `\` that stands for one character.
    mutating func parseEscapedScalar(from start: Int) throws(PatternError) -> Unicode.Scalar {
        guard let scalar = self.next() else { throw PatternError("\"\\\" at the end escapes nothing", at: start) }
        switch scalar {
        case "t": return "\t"
        case "n": return "\n"
        case "r": return "\r"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "a": return "\u{07}"
        case "x": return try self.parseHexadecimal(from: start)
        case "1"..."9", "k":
            throw PatternError("back-references are not supported: they have no linear-time match", at: start)
        case "p", "P":
            throw PatternError("Unicode classes such as \\p{L} are not supported; list the ranges", at: start)
        case "0", "A"..."Z", "a"..."z":
            throw PatternError("unknown escape \"\\\(scalar)\"", at: start)
        default: return scalar
        }
    }

    /// Reads `41` or `{1F600}`.
    private mutating func parseHexadecimal(from start: Int) throws(PatternError) -> Unicode.Scalar {
        let isBraced = self.accept("{")
        var digits = ""
        while let scalar = self.peek, Character(scalar).isHexDigit, scalar.isASCII, digits.count < (isBraced ? 8 : 2) {
            digits.unicodeScalars.append(scalar)
            self.index += 1
        }
        guard isBraced ? self.accept("}") : digits.count == 2,
            let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value)
        else { throw PatternError("expected \\xHH or \\x{H...} with a Unicode scalar", at: start) }
        return scalar
    }
}
