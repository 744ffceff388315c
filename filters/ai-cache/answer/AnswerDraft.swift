import NIOCore

/// An answer while it comes in, piece by piece of JSON: one for a whole body, one for each event of a stream.
struct AnswerDraft {
    private(set) var answer = CachedAnswer(content: ByteBuffer())
    /// Whether a `finish_reason` was seen.
    private(set) var isFinished = false

    /// The pieces of text so far; `nil` when they are not kept.
    private(set) var pieces: RecordedPieces?

    private let paths: AnswerPaths
    private let streamed: Bool
    /// When the piece at hand came.
    private var now = NIODeadline.uptimeNanoseconds(0)

    /// - Parameters:
    ///   - paths: Where the text is.
    ///   - streamed: Whether the pieces are events.
    ///   - keepsPieces: Whether it is kept in which pieces the text came.
    init(paths: AnswerPaths, streamed: Bool, keepsPieces: Bool = false) {
        self.paths = paths
        self.streamed = streamed
        self.pieces = keepsPieces ? RecordedPieces() : nil
    }

    /// Takes the next piece.
    ///
    /// - Parameters:
    ///   - piece: A body, or the data of an event.
    ///   - now: When it came; counts where pieces are kept.
    /// - Throws: Why the answer must not be stored.
    mutating func add(_ piece: JSONDocument, at now: NIODeadline = .uptimeNanoseconds(0)) throws(Refusal) {
        self.now = now
        let isObject = piece.kind(of: JSONDocument.root) == .object
        guard isObject || self.paths.isCustom(streamed: self.streamed) else { throw .malformed }
        if piece.saysError { throw .error }
        if self.paths.selectsToolCalls(in: piece) { throw .toolCalls }
        self.noteFacts(of: piece)
        let choice = try self.onlyChoice(of: piece)
        let message = choice.flatMap { piece.member(self.streamed ? "delta" : "message", of: $0) }
        if let choice { try self.check(choice, of: piece) }
        if let message { try self.add(message, of: piece) }
        if let text = self.paths.customText(in: piece, streamed: self.streamed) {
            self.addContent(text)
        }
    }

    private mutating func addContent(_ text: ByteBuffer) {
        self.answer.content.writeImmutableBuffer(text)
        self.pieces?.add(.content, length: text.readableBytes, at: self.now)
    }

    private mutating func noteFacts(of piece: JSONDocument) {
        if self.answer.id == nil { self.answer.id = piece.text("id").nonEmpty }
        if self.answer.model == nil { self.answer.model = piece.text("model").nonEmpty }
        if self.answer.created == nil {
            self.answer.created = piece.member("created", of: JSONDocument.root).flatMap { piece.integer($0) }
        }
        if let usage = piece.member("usage", of: JSONDocument.root), piece.kind(of: usage) == .object {
            self.answer.setUsage(piece.literal(usage))
        }
    }

    /// The choice of the piece; `nil` when it has none, which an event may.
    private func onlyChoice(of piece: JSONDocument) throws(Refusal) -> Int? {
        guard let choices = piece.member("choices", of: JSONDocument.root) else {
            if !self.streamed, !self.paths.isCustom(streamed: false) { throw .choices }
            return nil
        }
        let elements = piece.elements(of: choices)
        guard elements.count <= 1, let choice = elements.first else {
            if elements.isEmpty, self.streamed { return nil }
            throw .choices
        }
        if let index = piece.member("index", of: choice), piece.integer(index) != 0 { throw .choices }
        return choice
    }

    private mutating func check(_ choice: Int, of piece: JSONDocument) throws(Refusal) {
        if let reason = piece.member("finish_reason", of: choice), !piece.isString(reason, "") {
            guard piece.isString(reason, "stop") else { throw .finishReason }
            self.isFinished = true
            self.answer.finishReason = piece.literal(reason)
        }
        if piece.member("logprobs", of: choice) != nil { throw .unsupported }
    }

    private mutating func add(_ message: Int, of piece: JSONDocument) throws(Refusal) {
        if let calls = piece.member("tool_calls", of: message), !piece.isEmptyContainer(calls) { throw .toolCalls }
        if piece.member("function_call", of: message) != nil { throw .toolCalls }
        if let refusal = piece.member("refusal", of: message), !piece.isString(refusal, "") { throw .refused }
        if piece.member("audio", of: message) != nil { throw .unsupported }
        if self.answer.role == nil { self.answer.role = piece.text(piece.member("role", of: message)).nonEmpty }
        if let reasoning = piece.text(piece.member("reasoning_content", of: message)).nonEmpty {
            self.answer.reasoningContent = self.answer.reasoningContent ?? ByteBuffer()
            self.answer.reasoningContent?.writeImmutableBuffer(reasoning)
            self.pieces?.add(.reasoning, length: reasoning.readableBytes, at: self.now)
        }
        if self.paths.isCustom(streamed: self.streamed) { return }
        guard let content = piece.member("content", of: message) else { return }
        guard let text = piece.text(content) else { throw .unsupported }
        self.addContent(text)
    }
}

extension JSONDocument {
    /// Whether the text is an error in one of the forms that model servers use.
    fileprivate var saysError: Bool {
        if let error = self.member("error", of: Self.root), self.kind(of: error) != .false { return true }
        for name in ["object", "type"] as [StaticString] {
            if let kind = self.member(name, of: Self.root), self.isString(kind, "error") { return true }
        }
        return false
    }

    /// A string as it stands between its quotes; `nil` for other values.
    fileprivate func text(_ value: Int?) -> ByteBuffer? {
        guard let value, self.kind(of: value) == .string else { return nil }
        return self.literal(value)
    }

    fileprivate func isEmptyContainer(_ value: Int) -> Bool {
        switch self.kind(of: value) {
        case .array: self.elements(of: value).isEmpty
        case .object: self.sortedMembers(of: value).isEmpty
        default: false
        }
    }
}

extension ByteBuffer? {
    /// The bytes, copied out of what they were cut from, or `nil` when there are none.
    fileprivate var nonEmpty: ByteBuffer? {
        guard let buffer = self, buffer.readableBytes > 0 else { return nil }
        return ByteBuffer(bytes: buffer.readableBytesView)
    }
}
