import FilterAPI

/// Which questions the cache leaves alone: those deep in a conversation, and those whose answers soon are old.
struct QuestionLimits: Sendable {
    /// How many turns of the user a conversation may have; `nil` for any number.
    let maximumTurns: Int?
    /// What a question is searched for, in texts as ``SearchedTexts`` has them.
    private let timeSensitive: [Pattern]

    /// Reads `maxTurns` and `timeSensitive`.
    init(_ fields: ConfigurationFields) {
        self.maximumTurns = fields.integer(
            "maxTurns",
            in: 1...100_000,
            help: "A conversation with more questions of the user passes; default: any number."
        )
        let texts = fields.strings(
            "timeSensitive",
            help: "Patterns of questions that pass, because their answers soon are old."
        )
        var patterns: [Pattern] = []
        for (index, text) in texts.enumerated() {
            do throws(PatternError) {
                patterns.append(try Pattern(text))
            } catch {
                fields.error(
                    at: "timeSensitive",
                    item: index,
                    "found \"\(text)\"; expected a regular expression: \(error)"
                )
            }
        }
        self.timeSensitive = patterns
    }

    /// Whether the cache has nothing to do with a request.
    func excludes(_ question: String, in body: JSONDocument) -> Bool {
        if let maximumTurns = self.maximumTurns, self.turns(in: body) > maximumTurns { return true }
        guard !self.timeSensitive.isEmpty else { return false }
        let texts = SearchedTexts(question, in: body).texts
        return self.timeSensitive.contains { pattern in texts.contains { pattern.matches($0) } }
    }

    /// How many messages the user wrote.
    private func turns(in body: JSONDocument) -> Int {
        guard let messages = body.member("messages", of: JSONDocument.root) else { return 0 }
        var count = 0
        body.forEachElement(of: messages) { message in
            if let role = body.member("role", of: message), body.isString(role, "user") { count += 1 }
        }
        return count
    }
}
