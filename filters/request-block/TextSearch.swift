import FilterAPI

/// Many texts that are searched at once, in time that grows with the input alone.
///
/// The texts become regular expressions of nothing but alternatives, as few as fit into the tables that ``Pattern`` makes.
struct TextSearch: Sendable {
    private static let groupSize = 300

    private let patterns: [Pattern]
    private let namePatterns: [Pattern]

    /// Makes the search; `nil` without texts.
    ///
    /// - Parameters:
    ///   - texts: What is searched; empty texts are passed over.
    ///   - isCaseSensitive: Whether ASCII letters match only in the same case.
    init?(_ texts: [String], isCaseSensitive: Bool) {
        let texts = texts.filter { !$0.isEmpty }
        guard !texts.isEmpty else { return nil }
        let anyCase = Self.patterns(texts, flag: "(?i)")
        self.patterns = isCaseSensitive ? Self.patterns(texts, flag: "") : anyCase
        self.namePatterns = anyCase
    }

    /// Whether one of the texts occurs.
    func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for pattern in self.patterns where pattern.matches(bytes) { return true }
        return false
    }

    /// Whether one of the texts occurs in the name of a header field, which has no case.
    func matchesName(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for pattern in self.namePatterns where pattern.matches(bytes) { return true }
        return false
    }

    private static func patterns(_ texts: [String], flag: String) -> [Pattern] {
        var groups: [[String]] = []
        var size = Int.max
        for text in texts {
            if size >= self.groupSize {
                groups.append([])
                size = 0
            }
            groups[groups.count - 1].append(literalPattern(text))
            size += text.utf8.count
        }
        return groups.compactMap { try? Pattern(flag + $0.joined(separator: "|")) }
    }
}
