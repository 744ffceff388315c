import FilterAPI

/// Statuses that mean something, as regular expressions over the whole of their digits: `4.*`, `429`, `5..`.
struct StatusPatterns: Sendable {
    /// Every status that is an error.
    static let errors = ["4.*", "5.*"]

    private let patterns: [Pattern]

    /// Whether a status is one of them.
    func contain(_ status: Int) -> Bool {
        let text = String(status)
        return self.patterns.contains { $0.matches(text) }
    }
}

extension StatusPatterns {
    /// Declares and reads a list of patterns; default every error.
    init(_ key: String, _ fields: ConfigurationFields, help: String) {
        let texts = fields.strings(key, default: StatusPatterns.errors, help: help)
        self.patterns = texts.enumerated().compactMap { index, text in
            do {
                return try Pattern("^(?:\(text))$")
            } catch {
                fields.error(at: key, item: index, "found a text that is no regular expression: \(error)")
                return nil
            }
        }
    }
}
