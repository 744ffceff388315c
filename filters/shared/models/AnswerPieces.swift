import FilterAPI
import NIOCore

/// Takes a language model's answer apart while it passes: a JSON body at its end, a stream event by event.
///
/// It gives up on an answer that is longer than its limit, or compressed in a way that it does not know.
struct AnswerPieces {
    /// Whether the answer comes as events.
    let isStreamed: Bool

    private let coding: ContentCoding
    private let limit: Int
    private var body = ByteBuffer()
    private var events: EventStreamParser
    private var hasGivenUp = false

    /// Begins an answer, or gives `nil` when its header fields say that it is something else.
    ///
    /// - Parameters:
    ///   - headers: The answer's header fields.
    ///   - limit: The most bytes of a JSON body, or of one event.
    init?(_ headers: HeaderFields, limit: Int) {
        self.isStreamed = headers.hasContentType("text/event-stream")
        guard self.isStreamed || headers.namesJSON,
            let coding = ContentCoding(headerValue: headers.combinedValue(of: .contentEncoding))
        else { return nil }
        self.coding = coding
        self.limit = limit
        self.events = EventStreamParser(limit: limit)
    }

    /// Takes the next part and gives the events that it completes.
    mutating func append(_ part: ByteBuffer) -> [JSONDocument] {
        if self.hasGivenUp || part.readableBytes == 0 { return [] }
        if self.isStreamed, self.coding == .identity { return self.read(part) }
        guard self.body.readableBytes + part.readableBytes <= self.limit else { return self.giveUp() }
        self.body.writeImmutableBuffer(part)
        return []
    }

    /// Gives what is left when the answer has ended.
    mutating func finish() -> [JSONDocument] {
        let body = self.body
        self.body = ByteBuffer()
        guard !self.hasGivenUp, body.readableBytes > 0, let plain = self.coding.decode(body, limit: self.limit) else {
            return []
        }
        return self.isStreamed ? self.read(plain) : JSONDocument(plain).map { [$0] } ?? []
    }

    private mutating func read(_ part: ByteBuffer) -> [JSONDocument] {
        var pieces: [JSONDocument] = []
        do {
            try self.events.append(part) { event in
                if let piece = JSONDocument(event.data), piece.kind(of: JSONDocument.root) == .object {
                    pieces.append(piece)
                }
            }
        } catch {
            return pieces + self.giveUp()
        }
        return pieces
    }

    private mutating func giveUp() -> [JSONDocument] {
        self.hasGivenUp = true
        self.body = ByteBuffer()
        return []
    }
}
