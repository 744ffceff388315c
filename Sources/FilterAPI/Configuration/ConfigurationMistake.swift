/// Why a text is not a value: the sentence that completes the report of a mistake.
public struct ConfigurationMistake: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentence, such as `expected an address such as 127.0.0.1:8080`.
    public let description: String

    /// A mistake in words.
    public init(_ description: String) {
        self.description = description
    }
}
