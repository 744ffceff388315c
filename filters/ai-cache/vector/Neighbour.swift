import NIOCore

/// A stored question near the one that was asked.
struct Neighbour: Sendable, Hashable {
    /// The wording under which it was stored.
    var question: String
    /// The answer in its stored form; `nil` when it lies elsewhere, under `question` in the cache store.
    var answer: ByteBuffer?
    /// How near it is; see ``ScoreKind``.
    var score: Double
    /// The digest of what else has to be equal; `nil` for an entry without one.
    var scope: String?
    /// When it stops counting, in seconds since 1970; `nil` for never.
    var expiresAt: Int?
    /// The store's name for it, if it tells.
    var id: String?
}

/// What a score says.
enum ScoreKind: Sendable, Hashable {
    /// Greater is nearer.
    case similarity
    /// Less is nearer.
    case distance

    /// Whether one score is nearer than another.
    func isNearer(_ score: Double, than other: Double) -> Bool {
        switch self {
        case .similarity: score > other
        case .distance: score < other
        }
    }
}

/// What a vector store is asked.
struct VectorQuery: Sendable, Hashable {
    /// The vector of the question.
    var vector: [Float]
    /// How many neighbours are wanted at most.
    var topK: Int
    /// The scope that neighbours have to be of; the filter checks it again.
    var scope: String?
    /// The time in seconds since 1970.
    var secondsSince1970: Int
    /// The similarity that is enough; a store that searches by approximation may look more thoroughly for lack of one.
    var enough: Double?
}

/// What a vector store keeps for a question.
struct VectorEntry: Sendable, Hashable {
    /// The same for the same scope and question.
    var id: EntryID
    /// The key that the answer is stored under in the cache store.
    var key: CacheKeyID
    var vector: [Float]
    var question: String
    /// The answer in its stored form; `nil` when it is only in the cache store.
    var answer: ByteBuffer?
    /// The digest of what else has to be equal; `nil` for none.
    var scope: String?
    /// When it stops counting, in seconds since 1970; `nil` for never.
    var expiresAt: Int?
    /// The time in seconds since 1970.
    var secondsSince1970: Int
}

/// The names of an entry's parts in the records of a store.
///
/// `question` and `answer` are those of the reference; `scope` and `key` are added only with a scope and `expires` only
/// when there is an end, so that a collection that another gateway fills can be shared with an empty `scope`.
enum EntryField {
    static let question = "question"
    static let answer = "answer"
    static let scope = "scope"
    /// The name of the key that clients see, by which an operator has an entry forgotten.
    static let key = "key"
    static let expires = "expires"
}

extension JSONWriter {
    /// Writes the parts of an entry beside its vector as members of the object at hand.
    mutating func members(of entry: VectorEntry) {
        self.member(EntryField.question, entry.question)
        if let answer = entry.answer { self.member(EntryField.answer) { $0.string(answer) } }
        if let scope = entry.scope {
            self.member(EntryField.scope, scope)
            self.member(EntryField.key, entry.key.description)
        }
        if let expiresAt = entry.expiresAt { self.member(EntryField.expires, expiresAt) }
    }
}

extension JSONWriter {
    /// Writes the same parts for a store that has to be told all of them each time: an absent answer as an empty text,
    /// and no end as 0.
    ///
    /// Without a scope it is the question and the answer alone, so that the fields of the reference's collections do.
    mutating func everyMember(of entry: VectorEntry) {
        self.member(EntryField.question, entry.question)
        self.member(EntryField.answer) { $0.string(entry.answer ?? ByteBuffer()) }
        guard let scope = entry.scope else { return }
        self.member(EntryField.scope, scope)
        self.member(EntryField.key, entry.key.description)
        self.member(EntryField.expires, entry.expiresAt ?? 0)
    }
}

extension JSONAnswer {
    /// Whether this is a record without a scope of a question, character for character.
    ///
    /// - Parameters:
    ///   - name: What the record calls the question.
    ///   - question: The question.
    func isUnscoped(_ name: StaticString, _ question: String) -> Bool {
        guard let text = self[name].string, text.utf8.elementsEqual(question.utf8) else { return false }
        return self["scope"].string.map(\.isEmpty) ?? true
    }
}

extension Neighbour {
    /// Reads what ``JSONWriter/members(of:)`` or ``JSONWriter/everyMember(of:)`` wrote; `nil` for a record that holds
    /// no question.
    ///
    /// - Parameters:
    ///   - fields: The record.
    ///   - score: The store's score.
    ///   - id: The store's name for it.
    ///   - name: What the record calls the question.
    init?(fields: JSONAnswer, score: Double, id: String? = nil, question name: StaticString = "question") {
        guard let question = fields[name].string else { return nil }
        self.init(question: question, answer: fields["answer"].bytes?.nilWhenEmpty, score: score)
        self.scope = fields["scope"].string.flatMap { $0.isEmpty ? nil : $0 }
        self.expiresAt = fields["expires"].expiry
        self.id = id
    }
}

extension ByteBuffer {
    /// The same, or `nil` when there is nothing in it.
    var nilWhenEmpty: ByteBuffer? { self.readableBytes == 0 ? nil : self }
}

extension JSONAnswer {
    /// A time in seconds, also one that the store gives as text; `nil` for 0, which stands for no end.
    var expiry: Int? {
        let seconds = self.integer ?? self.string.flatMap { Int($0) }
        return seconds == 0 ? nil : seconds
    }
}
