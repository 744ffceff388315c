/// A regular expression over bytes whose matching time is linear in the input, whatever the input is.
///
/// The syntax is that of RE2 for what configuration files need:
///
/// - literals, `.`, `[a-z]`, `[^a-z]`, `\d \w \s \D \W \S`, and the escapes `\t \n \r \f \v \a \xHH \x{H...}`;
/// - `ab`, `a|b`, `(a)`, `(?:a)`, `(?<name>a)`, `(?P<name>a)`;
/// - `a*`, `a+`, `a?`, `a{2}`, `a{2,}`, `a{2,5}`, and each with `?` for as few as possible; counts up to 1,000;
/// - `^ $ \A \z \b \B`, and the flags `i` (ASCII letters without case), `s` (`.` matches a newline), `m` (`^` and `$`
///   match at lines) as `(?i)`, `(?i:a)`, `(?-i)`.
///
/// A pattern matches anywhere unless it is anchored. Among the matches the leftmost counts, and among those that begin
/// there the one that a backtracking engine would find first. `.` and negated classes match one well-formed UTF-8
/// sequence, so bytes that are not UTF-8 match nothing. Back-references and look-around are refused, because no engine
/// can match them in linear time.
public struct Pattern: Sendable {
    /// The most instructions that a pattern may need; a bounded repetition needs its body's once for each time.
    public static let maximumProgramSize = 10_000
    /// The most capturing groups.
    public static let maximumGroupCount = 64

    /// The text that the pattern was made from.
    public let text: String
    private let program: PatternProgram
    private let automaton: PatternAutomaton?
    /// Only where there is no automaton.
    private let positions: PatternPositions?

    /// Compiles a pattern.
    ///
    /// - Parameter text: The regular expression.
    /// - Throws: ``PatternError`` with the place of what is not understood, not supported or too large.
    public init(_ text: String) throws(PatternError) {
        self.text = text
        self.program = try PatternProgram(text)
        self.automaton = PatternAutomaton(self.program)
        self.positions = self.automaton == nil ? PatternPositions.make(self.program) : nil
    }

    /// The number of capturing groups, the whole match not counted.
    public var groupCount: Int { self.program.groupCount }

    /// Whether the pattern matches anywhere in the bytes.
    public func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var steps = 0
        return self.matches(bytes, counting: &steps)
    }

    /// Whether the pattern matches anywhere in the text.
    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { self.matches(UnsafeRawBufferPointer($0)) }
    }

    /// The leftmost match, or `nil`.
    public func firstMatch(in bytes: UnsafeRawBufferPointer) -> PatternMatch? {
        var steps = 0
        return self.firstMatch(in: bytes, counting: &steps)
    }
}

extension Pattern {
    /// As ``matches(_:)-(UnsafeRawBufferPointer)``, and adds to `steps` the work that it took.
    package func matches(_ bytes: UnsafeRawBufferPointer, counting steps: inout Int) -> Bool {
        if let found = self.tables(find: bytes, counting: &steps) { return found }
        var matcher = PatternMatcher(self.program, capturing: false)
        defer { steps += matcher.steps }
        return matcher.firstMatch(in: bytes, from: 0) != nil
    }

    /// As ``firstMatch(in:)``, and adds to `steps` the work that it took.
    package func firstMatch(in bytes: UnsafeRawBufferPointer, counting steps: inout Int) -> PatternMatch? {
        if self.tables(find: bytes, counting: &steps) == false { return nil }
        var matcher = self.makeMatcher()
        defer { steps += matcher.steps }
        return matcher.firstMatch(in: bytes, from: 0)
    }

    /// Whether there is a match, or nil when the pattern is too large for tables that tell.
    func tables(find bytes: UnsafeRawBufferPointer, counting steps: inout Int) -> Bool? {
        if let automaton = self.automaton { return automaton.matches(bytes, counting: &steps) }
        return self.positions?.matches(bytes, counting: &steps)
    }

    /// An engine for many searches of one input, which finds nothing more after `maximumSteps`.
    func makeMatcher(maximumSteps: Int = .max) -> PatternMatcher {
        PatternMatcher(self.program, capturing: true, maximumSteps: maximumSteps)
    }

    /// The most steps that ``matches(_:)-(UnsafeRawBufferPointer)`` takes for each byte of the input.
    package var stepsPerByte: Int {
        if self.automaton != nil { return 1 }
        return self.positions?.stepsPerByte ?? 3 * self.programSize
    }

    /// The number of instructions; a search for groups takes at most about three times as many steps for each byte.
    public var programSize: Int { self.program.instructions.count }
}

extension Pattern: Hashable, CustomStringConvertible {
    /// The text that the pattern was made from.
    /// The text.
    public var description: String { self.text }

    /// Whether both have the same text.
    public static func == (left: Pattern, right: Pattern) -> Bool { left.text == right.text }

    /// Hashes the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(self.text) }
}
