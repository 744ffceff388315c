import NIOCore

/// The versioned record of an answer: a JSON object of one line, readable with any Redis client.
///
/// A record of another version, a damaged one, and anything else is no answer.
extension CachedAnswer {
    private static let version = 1

    /// The record.
    var record: ByteBuffer {
        var record = ByteBuffer()
        record.reserveCapacity(self.content.readableBytes + 512)
        record.writeString("{\"sluice\":\(Self.version),\"stored\":\(self.storedAt)")
        if let created { record.writeString(",\"created\":\(created)") }
        record.writeMember("origin", self.origin)
        record.writeMember("id", self.id)
        record.writeMember("model", self.model)
        record.writeMember("role", self.role)
        record.writeMember("finish_reason", self.finishReason)
        if let usage {
            record.writeStaticString(",\"usage\":")
            record.writeImmutableBuffer(usage)
        }
        if let pieces {
            record.writeStaticString(",\"pieces\":")
            record.writeImmutableBuffer(pieces)
        }
        record.writeMember("reasoning_content", self.reasoningContent)
        record.writeMember("content", self.content)
        record.writeStaticString("}")
        return record
    }

    /// Reads a record.
    init?(record: ByteBuffer) {
        guard let document = JSONDocument(record),
            let version = document.member("sluice", of: JSONDocument.root),
            document.integer(version) == Self.version,
            let content = document.text("content")
        else { return nil }
        self.init(content: content)
        self.role = document.text("role")
        self.reasoningContent = document.text("reasoning_content")
        self.finishReason = document.text("finish_reason")
        self.model = document.text("model")
        self.id = document.text("id")
        self.origin = document.text("origin")
        self.created = document.member("created", of: JSONDocument.root).flatMap { document.integer($0) }
        self.storedAt = document.member("stored", of: JSONDocument.root).flatMap { document.integer($0) } ?? 0
        if let usage = document.member("usage", of: JSONDocument.root), document.kind(of: usage) == .object {
            self.setUsage(document.literal(usage))
        }
        if let pieces = document.member("pieces", of: JSONDocument.root), document.kind(of: pieces) == .array {
            self.pieces = document.literal(pieces)
        }
    }
}

extension JSONDocument {
    /// What a top-level string has between its quotes.
    func text(_ name: StaticString) -> ByteBuffer? {
        guard let value = self.member(name, of: Self.root), self.kind(of: value) == .string else { return nil }
        return self.literal(value)
    }
}

extension ByteBuffer {
    fileprivate mutating func writeMember(_ name: StaticString, _ literal: ByteBuffer?) {
        guard let literal else { return }
        self.writeStaticString(",\"")
        self.writeStaticString(name)
        self.writeStaticString("\":\"")
        self.writeImmutableBuffer(literal)
        self.writeStaticString("\"")
    }
}
