/// Why a model directory cannot be used.
public struct ModelError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file, below the directory; empty for the directory itself.
    public let file: String
    /// The field or tensor in it; `nil` for the file as a whole.
    public let field: String?
    /// What was found, and what was expected.
    public let message: String

    /// - Parameters:
    ///   - file: The file, below the directory.
    ///   - field: The field or tensor in it.
    ///   - message: What was found, and what was expected.
    public init(file: String, field: String? = nil, _ message: String) {
        self.file = file
        self.field = field
        self.message = message
    }

    /// File, field and message in one line.
    public var description: String {
        [self.file.isEmpty ? nil : self.file, self.field, self.message].compactMap { $0 }.joined(separator: ": ")
    }
}
