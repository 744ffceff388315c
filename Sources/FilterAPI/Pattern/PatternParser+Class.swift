extension PatternParser {
    /// Reads a class after its `[`.
    mutating func parseClass(from start: Int) throws(PatternError) -> ScalarSet {
        let isNegated = self.accept("^")
        var set = ScalarSet()
        var isFirst = true
        while true {
            let itemStart = self.index
            guard let scalar = self.next() else { throw PatternError("missing \"]\" for the class", at: start) }
            // A bracket right after the opening is a member, as in RE2 and POSIX.
            if scalar == "]", !isFirst { break }
            isFirst = false
            if scalar == "[", self.peek == ":" {
                throw PatternError("POSIX classes such as [[:alpha:]] are not supported; write a range", at: itemStart)
            }
            try self.parseClassItem(scalar, from: itemStart, into: &set)
        }
        // Case is ignored before negation: (?i)[^a] matches neither a nor A.
        if self.flags.ignoresCase { set = set.ignoringASCIICase }
        return isNegated ? set.inverted : set
    }

    private mutating func parseClassItem(
        _ scalar: Unicode.Scalar,
        from start: Int,
        into set: inout ScalarSet
    ) throws(PatternError) {
        if scalar == "\\", let escaped = self.peek, let named = self.perlClass(escaped) {
            self.index += 1
            set.formUnion(named)
            return
        }
        let lower = scalar == "\\" ? try self.parseEscapedScalar(from: start) : scalar
        guard self.peek == "-", self.index + 1 < self.scalars.count, self.scalars[self.index + 1] != "]" else {
            set.insert(lower.value...lower.value)
            return
        }
        self.index += 1
        let upper = try self.parseRangeEnd()
        guard lower <= upper else {
            throw PatternError("the range \"\(lower)-\(upper)\" is backwards", at: start)
        }
        set.insert(lower.value...upper.value)
    }

    private mutating func parseRangeEnd() throws(PatternError) -> Unicode.Scalar {
        let start = self.index
        guard let scalar = self.next() else { throw PatternError("missing \"]\" for the class", at: start) }
        guard scalar == "\\" else { return scalar }
        if let escaped = self.peek, self.perlClass(escaped) != nil {
            throw PatternError("\"\\\(escaped)\" cannot end a range", at: start)
        }
        return try self.parseEscapedScalar(from: start)
    }
}
