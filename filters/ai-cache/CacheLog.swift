import Logging

/// Writes the one line per lookup from which hit rates are counted.
struct CacheLog: Sendable {
    /// How questions appear in the log: `logKeys`.
    enum Keys: String, Sendable, CaseIterable {
        /// Their beginning.
        case plain
        /// Only the opaque name of the key.
        case hash
    }

    /// How much of a question is shown, in characters (Unicode scalars).
    static let longestQuestion = 128
    /// How much of an error is shown: the words of a service, which are cut at 512 bytes, and what stands around them.
    static let longestError = 640

    let logger: Logger
    let keys: Keys

    func hit(_ key: CacheKey) {
        self.logger.info("cache hit for key: \(self.shown(key))")
    }

    func miss(_ key: CacheKey) {
        self.logger.info("cache miss for key: \(self.shown(key))")
    }

    /// A neighbour that answers.
    func accepted(_ key: CacheKey, _ score: Double) {
        self.logger.info("key accepted: \(self.shown(key)) with score: \(score.shortText)")
    }

    /// A neighbour that is too far.
    func notAccepted(_ key: CacheKey, _ score: Double, _ threshold: SimilarityThreshold) {
        let limit = threshold.value.shortText
        self.logger.info(
            "score not meet the threshold \(limit): \(self.shown(key)) with score \(score.shortText)"
        )
    }

    /// What a comparison of a stored answer with a new one found, and what followed.
    func compared(_ key: CacheKey, _ score: Double, _ verdict: AnswerVerdict, _ change: EntryHistory.Change?) {
        let end = change.flatMap { $0 == .noted ? nil : "; \($0)" } ?? ""
        self.logger.debug("answers compared: \(verdict) for key: \(self.shown(key)) at score \(score.shortText)\(end)")
    }

    /// What `mode: shadow` would have answered with; beside one of the other lines, whose words it has none of.
    ///
    /// - Parameters:
    ///   - key: The stored question.
    ///   - score: How near it is; `nil` for an equal question.
    func wouldAnswer(_ key: CacheKey, _ score: Double?) {
        let nearness =
            score.map { "the answer to a similar question, score \($0.shortText)" } ?? "the answer to an equal question"
        self.logger.info("shadow: \(nearness): \(self.shown(key))")
    }

    /// How that answer compares with the fresh one.
    func answersCompared(_ key: CacheKey, _ verdict: AnswerVerdict) {
        self.logger.info("shadow: the stored answer and the fresh one are \(verdict): \(self.shown(key))")
    }

    /// A lookup or a store that failed.
    func failure(_ action: StaticString, _ error: String) {
        self.logger.warning("\(action) failed: \(Self.escaped(error, longest: Self.longestError))")
    }

    private func shown(_ key: CacheKey) -> String {
        switch self.keys {
        case .plain: Self.escaped(key.question)
        case .hash: key.id.description
        }
    }

    /// The front of a text on one line: what could break the line or steer a terminal is written as an escape.
    static func escaped(_ text: String, longest: Int = longestQuestion) -> String {
        let isShort = text.utf8.count <= longest
        if isShort, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var shown = ""
        for scalar in text.unicodeScalars.prefix(longest) {
            switch scalar {
            case "\n": shown += "\\n"
            case "\r": shown += "\\r"
            case "\t": shown += "\\t"
            case _ where self.mustEscape(scalar.value): shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// Controls (C0, DEL, C1), line and paragraph separators, and marks that change the direction of what follows.
    private static func mustEscape(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x00..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
