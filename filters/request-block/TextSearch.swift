/// The texts of one list of the file, searched in values with case or without, and in names always without.
struct TextSearch: Sendable {
    private let values: LiteralSearch
    private let names: LiteralSearch

    /// Makes the search; `nil` without texts.
    ///
    /// - Parameters:
    ///   - texts: What is searched; empty texts are passed over.
    ///   - isCaseSensitive: Whether ASCII letters match only in the same case.
    init?(_ texts: [String], isCaseSensitive: Bool) {
        let texts = texts.filter { !$0.isEmpty }
        guard !texts.isEmpty else { return nil }
        self.names = LiteralSearch(texts, ignoresCase: true)
        self.values = isCaseSensitive ? LiteralSearch(texts, ignoresCase: false) : self.names
    }

    /// Whether one of the texts occurs.
    func matches(_ bytes: UnsafeRawBufferPointer) -> Bool { self.values.matches(bytes) }

    /// Whether one of the texts occurs in the name of a header field, which has no case.
    func matchesName(_ bytes: UnsafeRawBufferPointer) -> Bool { self.names.matches(bytes) }
}
