import NIOCore

/// What one lookup answered, or would have, and whether that was right: a line of the observations file.
struct Observation: Sendable, Hashable {
    /// What would have answered.
    enum Tier: String, Sendable, Hashable {
        /// The answer to the same words.
        case exact
        /// The answer to the nearest question that guards let pass, however far it is.
        case semantic
        /// Nothing.
        case none
    }

    /// How the stored answer compares with the fresh one.
    enum Outcome: String, Sendable, Hashable, CaseIterable {
        case agreed
        case disagreed
        /// There was no stored answer; the fresh one was complete.
        case new
        /// The stored answer was served, the fresh one was none to compare with, or comparing came to no end.
        case unknown
    }

    /// Questions and answers, for `texts: true`.
    struct Texts: Sendable, Hashable {
        var question: String
        var storedQuestion: String?
        var freshAnswer: String?
        var storedAnswer: String?
    }

    /// The longest question or answer in the file, in characters (Unicode scalars).
    static let longestText = 2000

    /// When the lookup was, in seconds since 1970.
    var secondsSince1970: Int
    /// The name of the cache's entry in the chain.
    var cache: String
    var tier: Tier
    var outcome: Outcome
    /// How near the stored question is; of ``Tier/semantic``.
    var score: Double?
    /// What the score says.
    var measure: ScoreKind?
    /// Whether the configured threshold lets it answer; of equal questions always. Under an error bound: whether it did.
    var isAccepted: Bool
    /// The digest of what else was equal; `nil` for nothing else.
    var scope: String?
    /// The digest of the question and its scope, by which its repeats are known; what `x-sluice-cache-key` tells.
    var key: CacheKeyID?
    /// That of the stored question; of ``Tier/semantic``.
    var storedKey: CacheKeyID?
    /// Whether the client got the stored answer, so that nothing tells whether it was right.
    var isServed = false

    /// Writes a JSON object.
    ///
    /// - Parameters:
    ///   - writer: Where to.
    ///   - texts: What was asked and answered, where that is wanted.
    func write(into writer: inout JSONWriter, texts: Texts? = nil) {
        writer.object { object in
            object.member("time", self.secondsSince1970)
            object.member("cache", self.cache)
            object.member("tier", self.tier.rawValue)
            object.member("outcome", self.outcome.rawValue)
            object.member("accepted", self.isAccepted)
            if self.isServed { object.member("served", true) }
            if let score, score.isFinite { object.member("score") { $0.decimal(score) } }
            if let measure { object.member("measure", measure == .similarity ? "similarity" : "distance") }
            if let scope { object.member("scope", scope) }
            if let key { object.member("key", key.description) }
            if let storedKey { object.member("stored_key", storedKey.description) }
            texts?.write(into: &object)
        }
    }

    /// The line of the file, with its line break.
    func line(_ texts: Texts?) -> ByteBuffer {
        var writer = JSONWriter()
        self.write(into: &writer, texts: texts)
        var line = writer.bytes
        line.writeStaticString("\n")
        return line
    }
}

extension Observation.Texts {
    fileprivate func write(into object: inout JSONWriter) {
        let members = [
            ("question", self.question), ("stored_question", self.storedQuestion),
            ("fresh_answer", self.freshAnswer), ("stored_answer", self.storedAnswer),
        ]
        for case (let name, let text?) in members {
            object.member(name, String(String.UnicodeScalarView(text.unicodeScalars.prefix(Observation.longestText))))
        }
    }
}
