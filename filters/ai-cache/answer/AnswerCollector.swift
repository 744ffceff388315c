import NIOCore

/// Reads the answer that passes to the client, and says in the end whether and what to store.
///
/// It never holds more than a few times `maxEntryBytes`, and lets go of everything at the first reason not to store.
struct AnswerCollector {
    /// What the answer says that it is.
    enum Format: Sendable {
        case json, eventStream
    }

    /// The first reason not to store the answer.
    private(set) var refusal: Refusal?

    private var draft: AnswerDraft
    private var events: EventStreamParser
    /// A JSON body, or one of either format that is still compressed.
    private var body = ByteBuffer()
    private var isDone = false
    /// When the part at hand came.
    private var now = NIODeadline.uptimeNanoseconds(0)

    private let format: Format
    private let coding: ContentCoding
    private let maximumBodyBytes: Int

    /// - Parameters:
    ///   - format: What the answer says that it is.
    ///   - coding: How it is compressed.
    ///   - paths: Where its text is.
    ///   - maximumEntryBytes: The largest answer that is stored.
    ///   - keepsPieces: Whether it is kept in which pieces the text of an event stream came, and when.
    init(
        format: Format,
        coding: ContentCoding,
        paths: AnswerPaths,
        maximumEntryBytes: Int,
        keepsPieces: Bool = false
    ) {
        self.format = format
        self.coding = coding
        // A body is longer than its record by its other members and by escapes that a plain record is without.
        self.maximumBodyBytes = 4 * min(maximumEntryBytes, 1 << 40)
        let isStream = format == .eventStream
        self.draft = AnswerDraft(paths: paths, streamed: isStream, keepsPieces: keepsPieces && isStream)
        self.events = EventStreamParser(limit: self.maximumBodyBytes)
    }

    /// Takes the next part of the answer.
    ///
    /// - Parameters:
    ///   - part: The bytes as they came.
    ///   - now: When they came; counts where pieces are kept.
    mutating func append(_ part: ByteBuffer, at now: NIODeadline = .uptimeNanoseconds(0)) {
        if self.refusal != nil { return }
        self.now = now
        if self.format == .eventStream, self.coding == .identity { return self.readEvents(part) }
        self.body.writeImmutableBuffer(part)
        if self.body.readableBytes > self.maximumBodyBytes { self.refuse(.tooLarge) }
    }

    /// Whether an event stream has said `[DONE]`: nothing of the answer is missing, whatever becomes of the connection.
    var hasSeenEnd: Bool { self.isDone && self.refusal == nil }

    /// Whether some of the answer's text is there.
    var hasText: Bool { self.draft.answer.content.readableBytes > 0 }

    /// The answer, when there is no more of it.
    ///
    /// - Parameter clean: Whether the response ended by itself; `false` when it broke off.
    /// - Throws: Why it must not be stored.
    mutating func finish(clean: Bool) throws(Refusal) -> CachedAnswer {
        if self.refusal == nil { self.readBody(clean: clean) }
        if let refusal { throw refusal }
        guard self.isDone || clean && (self.format == .json || self.draft.isFinished) else { throw .incomplete }
        let text = JSONString.decode(self.draft.answer.content).text
        if String(buffer: text).unicodeScalars.allSatisfy(\.properties.isWhitespace) { throw .blank }
        var answer = self.draft.answer
        answer.pieces = self.draft.pieces?.literal
        return answer
    }

    private mutating func readBody(clean: Bool) {
        if self.format == .eventStream, self.coding == .identity { return }
        guard clean else { return self.refuse(.incomplete) }
        guard let plain = self.coding.decode(self.body, limit: self.maximumBodyBytes) else {
            return self.refuse(.contentEncoding)
        }
        self.body = ByteBuffer()
        self.format == .json ? self.readJSON(plain) : self.readEvents(plain)
    }

    private mutating func readJSON(_ body: ByteBuffer) {
        guard let document = JSONDocument(body) else { return self.refuse(.malformed) }
        self.add(document)
    }

    private mutating func readEvents(_ part: ByteBuffer) {
        var parser = self.events
        self.events = EventStreamParser(limit: 0)
        do { try parser.append(part) { self.read($0) } } catch { self.refuse(.tooLarge) }
        self.events = parser
    }

    private mutating func read(_ event: EventStreamParser.Event) {
        if self.isDone || self.refusal != nil { return }
        if event.type.readableBytesView.elementsEqual("error".utf8) { return self.refuse(.error) }
        if event.data.readableBytesView.trimmingBlanks.elementsEqual("[DONE]".utf8) {
            self.isDone = true
            return
        }
        if event.data.readableBytes == 0 { return }
        guard let document = JSONDocument(event.data) else { return self.refuse(.malformed) }
        self.add(document)
    }

    private mutating func add(_ piece: JSONDocument) {
        do throws(Refusal) {
            try self.draft.add(piece, at: self.now)
            let size =
                self.draft.answer.content.readableBytes + (self.draft.answer.reasoningContent?.readableBytes ?? 0)
            if size > self.maximumBodyBytes { throw .tooLarge }
        } catch {
            self.refuse(error)
        }
    }

    private mutating func refuse(_ reason: Refusal) {
        if self.refusal == nil { self.refusal = reason }
        self.body = ByteBuffer()
        self.draft = AnswerDraft(paths: AnswerPaths(), streamed: true)
    }
}

extension ByteBufferView {
    fileprivate var trimmingBlanks: Slice<ByteBufferView> {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A }
        let rest = self.drop(while: isBlank)
        let end = rest.lastIndex { !isBlank($0) }.map { rest.index(after: $0) } ?? rest.startIndex
        return Slice(base: self, bounds: rest.startIndex..<end)
    }
}
