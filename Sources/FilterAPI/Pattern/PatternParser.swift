/// Reads the text of a regular expression.
///
/// Source: the syntax page of RE2, without Unicode and POSIX classes.
struct PatternParser {
    struct Flags {
        var ignoresCase = false
        var dotMatchesNewline = false
        var anchorsMatchLines = false
    }

    /// Deeper nesting is refused, so that no text exhausts the stack.
    static let maximumDepth = 200
    static let maximumRepetition = 1_000

    let scalars: [Unicode.Scalar]
    var index = 0
    var flags = Flags()
    var groupCount = 0
    private var depth = 0

    init(_ text: String) { self.scalars = Array(text.unicodeScalars) }

    mutating func parse() throws(PatternError) -> PatternNode {
        let node = try self.parseAlternatives()
        if self.index < self.scalars.count {
            throw PatternError("unexpected \")\"; write \\) for the character", at: self.index)
        }
        return node
    }

    /// Alternatives up to the end of the text or of the group; flags set inside end with it.
    mutating func parseAlternatives() throws(PatternError) -> PatternNode {
        self.depth += 1
        defer { self.depth -= 1 }
        guard self.depth <= Self.maximumDepth else {
            throw PatternError("more than \(Self.maximumDepth) nested groups", at: self.index)
        }
        let outerFlags = self.flags
        defer { self.flags = outerFlags }
        var branches = [try self.parseSequence()]
        while self.accept("|") { branches.append(try self.parseSequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func parseSequence() throws(PatternError) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = self.peek, scalar != "|", scalar != ")" {
            guard let atom = try self.parseAtom() else { continue }
            parts.append(try self.parseRepetition(of: atom))
        }
        return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// One unit, or nil for a change of flags.
    private mutating func parseAtom() throws(PatternError) -> PatternNode? {
        let start = self.index
        guard let scalar = self.next() else { return nil }
        switch scalar {
        case "(": return try self.parseGroup(from: start)
        case "[": return .scalar(try self.parseClass(from: start))
        case ".": return .scalar((self.flags.dotMatchesNewline ? ScalarSet() : .newline).inverted)
        case "^": return .assertion(self.flags.anchorsMatchLines ? .lineStart : .textStart)
        case "$": return .assertion(self.flags.anchorsMatchLines ? .lineEnd : .textEnd)
        case "\\": return try self.parseEscape(from: start)
        case "*", "+", "?":
            throw PatternError("\"\(scalar)\" repeats nothing; write \\\(scalar) for the character", at: start)
        default: return self.literal(scalar)
        }
    }

    func literal(_ scalar: Unicode.Scalar) -> PatternNode {
        let set = ScalarSet(scalar)
        return .scalar(self.flags.ignoresCase ? set.ignoringASCIICase : set)
    }
}

extension PatternParser {
    var peek: Unicode.Scalar? { self.index < self.scalars.count ? self.scalars[self.index] : nil }

    mutating func next() -> Unicode.Scalar? {
        guard let scalar = self.peek else { return nil }
        self.index += 1
        return scalar
    }

    mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
        guard self.peek == scalar else { return false }
        self.index += 1
        return true
    }

    mutating func accept(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard self.scalars[self.index...].starts(with: wanted) else { return false }
        self.index += wanted.count
        return true
    }
}
