/// Why the text of a pattern, or of a substitution, is refused.
public struct PatternError: Error, Sendable, Hashable {
    /// What was found and what is possible instead.
    public let message: String
    /// Where in the text, in Unicode scalars from its beginning.
    public let offset: Int

    /// Makes an error.
    public init(_ message: String, at offset: Int) {
        self.message = message
        self.offset = offset
    }
}

extension PatternError: CustomStringConvertible {
    /// The message with its place, such as `missing ")" at offset 3`.
    /// The message with its place.
    public var description: String { "\(self.message) at offset \(self.offset)" }
}
