extension PatternParser {
    /// Reads what follows a unit: `*`, `+`, `?` or a count, each with an optional `?`.
    mutating func parseRepetition(of atom: PatternNode) throws(PatternError) -> PatternNode {
        let start = self.index
        guard let count = try self.parseCount() else { return atom }
        let isGreedy = !self.accept("?")
        let end = self.index
        if try self.parseCount() != nil {
            let text = self.scalars[start..<self.index].map(String.init).joined()
            throw PatternError("\"\(text)\" repeats a repetition; use a group", at: end)
        }
        return .repetition(atom, minimum: count.minimum, maximum: count.maximum, isGreedy: isGreedy)
    }

    private mutating func parseCount() throws(PatternError) -> (minimum: Int, maximum: Int?)? {
        if self.accept("*") { return (0, nil) }
        if self.accept("+") { return (1, nil) }
        if self.accept("?") { return (0, 1) }
        return try self.parseBraces()
    }

    /// Reads `{2}`, `{2,}` or `{2,5}`; another brace is a character, as in RE2.
    private mutating func parseBraces() throws(PatternError) -> (minimum: Int, maximum: Int?)? {
        let start = self.index
        guard self.accept("{") else { return nil }
        guard let minimum = self.parseNumber() else { return self.back(to: start) }
        var maximum: Int? = minimum
        if self.accept(",") { maximum = self.parseNumber() }
        guard self.accept("}") else { return self.back(to: start) }
        guard minimum <= Self.maximumRepetition, maximum ?? 0 <= Self.maximumRepetition else {
            throw PatternError("a repetition of more than \(Self.maximumRepetition) times", at: start)
        }
        if let maximum, maximum < minimum {
            throw PatternError("a repetition of at least \(minimum) and at most \(maximum) times", at: start)
        }
        return (minimum, maximum)
    }

    private mutating func parseNumber() -> Int? {
        var value: Int?
        while let scalar = self.peek, ("0"..."9").contains(scalar) {
            // Larger numbers are all refused alike.
            value = min((value ?? 0) * 10 + Int(scalar.value - 0x30), 1_000_000)
            self.index += 1
        }
        return value
    }

    private mutating func back(to index: Int) -> (minimum: Int, maximum: Int?)? {
        self.index = index
        return nil
    }
}
