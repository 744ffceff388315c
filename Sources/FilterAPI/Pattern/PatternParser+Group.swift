extension PatternParser {
    /// Reads a group after its parenthesis, or nil for a change of flags.
    mutating func parseGroup(from start: Int) throws(PatternError) -> PatternNode? {
        guard self.accept("?") else { return try self.parseCapture(from: start) }
        if self.accept(":") { return try self.closeGroup(from: start) }
        try self.refuseLookAround(from: start)
        if self.accept("P<") || self.accept("<") {
            try self.skipGroupName(from: start)
            return try self.parseCapture(from: start)
        }
        return try self.parseFlags(from: start)
    }

    private mutating func parseCapture(from start: Int) throws(PatternError) -> PatternNode {
        guard self.groupCount < Pattern.maximumGroupCount else {
            throw PatternError("more than \(Pattern.maximumGroupCount) capturing groups; use (?:...)", at: start)
        }
        self.groupCount += 1
        let number = self.groupCount
        return .group(try self.closeGroup(from: start), number: number)
    }

    private mutating func closeGroup(from start: Int) throws(PatternError) -> PatternNode {
        let node = try self.parseAlternatives()
        guard self.accept(")") else { throw PatternError("missing \")\" for the group", at: start) }
        return node
    }

    private mutating func refuseLookAround(from start: Int) throws(PatternError) {
        for opening in ["=", "!", "<=", "<!"] where self.accept(opening) {
            throw PatternError("look-around (?\(opening)...) is not supported: it has no linear-time match", at: start)
        }
        if self.accept(">") {
            throw PatternError("atomic groups (?>...) are not supported; this engine never backtracks", at: start)
        }
        if self.accept("P=") {
            throw PatternError("back-references are not supported: they have no linear-time match", at: start)
        }
    }

    /// The names are for the reader only: substitutions refer to numbers.
    private mutating func skipGroupName(from start: Int) throws(PatternError) {
        let nameStart = self.index
        while let scalar = self.peek, ScalarSet.wordCharacters.contains(scalar) { self.index += 1 }
        guard self.index > nameStart, self.accept(">") else {
            throw PatternError("a group's name is letters, digits and _ between < and >", at: start)
        }
    }

    /// Reads `i-sm)` or `i-sm:...)`.
    private mutating func parseFlags(from start: Int) throws(PatternError) -> PatternNode? {
        let outerFlags = self.flags
        var value = true
        while let scalar = self.next() {
            switch scalar {
            case "i": self.flags.ignoresCase = value
            case "s": self.flags.dotMatchesNewline = value
            case "m": self.flags.anchorsMatchLines = value
            case "-" where value: value = false
            case ")": return nil
            case ":":
                let node = try self.closeGroup(from: start)
                self.flags = outerFlags
                return node
            default:
                throw PatternError("unknown group or flag \"\(scalar)\"; the flags are i, s and m", at: self.index - 1)
            }
        }
        throw PatternError("missing \")\" for the group", at: start)
    }
}

extension ScalarSet {
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        self.ranges.contains { $0.contains(scalar.value) }
    }
}
