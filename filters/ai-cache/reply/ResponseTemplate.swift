import FilterAPI
import NIOCore

/// A reply with one place, `%s`, for the answer.
///
/// Inside a JSON string the place takes the answer's text, escaped; elsewhere a whole choice object. Any other `%` is
/// itself.
struct ResponseTemplate: Sendable {
    enum Form: Sendable {
        /// One JSON text.
        case json
        /// Server-sent events, each with JSON or `[DONE]` as its data.
        case eventStream
    }

    private let front: ByteBuffer
    private let back: ByteBuffer
    private let takesChoice: Bool
    private let form: Form

    /// Reads a template.
    ///
    /// In an event stream, `\n` written as two characters outside JSON strings counts as a line break, because that is
    /// what is left of a template in single quotes.
    init(_ text: String, form: Form) throws(ConfigurationMistake) {
        let scan = TemplateScan(text, form: form)
        guard let place = scan.places.first, scan.places.count == 1 else {
            throw ConfigurationMistake("expected exactly one %s, where the answer goes; found \(scan.places.count)")
        }
        self.front = ByteBuffer(bytes: scan.bytes[..<place.offset])
        self.back = ByteBuffer(bytes: scan.bytes[(place.offset + 2)...])
        self.takesChoice = !place.isInString
        self.form = form
        guard self.isSound else {
            throw ConfigurationMistake(
                form == .json
                    ? "expected JSON once %s is filled in"
                    : "expected events (data: ..., blank line) whose data is JSON once %s is filled in, or [DONE]"
            )
        }
    }

    /// The reply for an answer that is given as the inside of a JSON string.
    func filled(with literal: ByteBuffer) -> ByteBuffer {
        var reply = ByteBuffer()
        reply.reserveCapacity(self.front.readableBytes + literal.readableBytes + self.back.readableBytes + 96)
        reply.writeImmutableBuffer(self.front)
        if self.takesChoice {
            let member: StaticString = self.form == .json ? "message" : "delta"
            reply.writeStaticString("{\"index\":0,\"")
            reply.writeStaticString(member)
            reply.writeStaticString("\":{\"role\":\"assistant\",\"content\":\"")
        }
        reply.writeImmutableBuffer(literal)
        if self.takesChoice { reply.writeStaticString("\"},\"finish_reason\":\"stop\"}") }
        reply.writeImmutableBuffer(self.back)
        return reply
    }

    private var isSound: Bool {
        let sample = "answer \\\"\\\\ sample"
        let reply = self.filled(with: ByteBuffer(string: sample))
        if self.form == .json { return JSONDocument(reply) != nil }
        var parser = EventStreamParser(limit: Int.max)
        var isSound = true
        var holdsAnswer = false
        do {
            try parser.append(reply) { event in
                let data = String(buffer: event.data)
                if data != "[DONE]", JSONDocument(event.data) == nil { isSound = false }
                if data.contains(sample) { holdsAnswer = true }
            }
        } catch {
            return false
        }
        return isSound && holdsAnswer
    }
}
