import FilterAPI

extension ConfigurationFields {
    /// A list of regular expressions; each that does not compile is reported at its place and left out.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - ignoresCase: Whether ASCII letters match without case, whatever the expressions say.
    ///   - help: What the key does, in one line.
    func patterns(_ key: String, ignoresCase: Bool = false, help: String) -> [Pattern] {
        self.strings(key, help: help).enumerated().compactMap { index, text in
            guard !text.isEmpty else {
                self.error(at: key, item: index, "found an empty text; expected a regular expression")
                return nil
            }
            // Compiled as it stands first, so that the place of a mistake is that of the file.
            guard let pattern = self.pattern(text, at: key, item: index) else { return nil }
            return ignoresCase ? try? Pattern("(?i:\(text))") : pattern
        }
    }

    /// A regular expression of a list, or `nil` when it does not compile, which is then reported.
    func pattern(_ text: String, at key: String, item: Int? = nil) -> Pattern? {
        do {
            return try Pattern(text)
        } catch {
            self.error(at: key, item: item, "expected a regular expression: \(error)")
            return nil
        }
    }

    /// A status code of an answer that carries a body.
    func status(_ key: String, default value: Int, help: String) -> Int {
        self.integer(key, in: 200...599, default: value, help: help)
    }
}
