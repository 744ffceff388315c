import NIOCore

/// Renders a stored answer as a model server would have sent it.
struct StructuredReply {
    /// About how many bytes of text one event carries: well under the line limits of common clients.
    static let bytesPerEvent = 8192

    private let answer: CachedAnswer

    init(_ answer: CachedAnswer) { self.answer = answer }

    /// A chat completion.
    var json: ByteBuffer {
        var reply = ByteBuffer()
        reply.reserveCapacity(self.answer.content.readableBytes + 512)
        self.writeFront("chat.completion", into: &reply)
        reply.writeStaticString("{\"index\":0,\"message\":{\"role\":\"")
        self.writeRole(into: &reply)
        reply.writeStaticString("\",\"content\":\"")
        reply.writeImmutableBuffer(self.answer.content)
        if let reasoning = self.answer.reasoningContent {
            reply.writeStaticString("\",\"reasoning_content\":\"")
            reply.writeImmutableBuffer(reasoning)
        }
        reply.writeStaticString("\"},\"finish_reason\":\"")
        self.writeFinishReason(into: &reply)
        reply.writeStaticString("\"}],\"usage\":")
        self.writeUsage(into: &reply)
        reply.writeStaticString("}")
        return reply
    }

    /// The chunks of a streamed chat completion, then `[DONE]`.
    ///
    /// - Parameter withUsageEvent: Whether the request asked for the usage in an event of its own
    ///   (`stream_options.include_usage`); else it comes with the last chunk.
    func events(withUsageEvent: Bool) -> ByteBuffer {
        var reply = ByteBuffer()
        reply.reserveCapacity(self.answer.content.readableBytes + 1024)
        self.writeFirstEvent(into: &reply)
        if let reasoning = self.answer.reasoningContent {
            self.writeText(reasoning, as: "reasoning_content", into: &reply)
        }
        self.writeText(self.answer.content, as: "content", into: &reply)
        self.writeLastEvents(withUsageEvent: withUsageEvent, into: &reply)
        return reply
    }

    /// Writes the chunk that tells the role.
    func writeFirstEvent(into reply: inout ByteBuffer) {
        self.writeChunk(into: &reply) { chunk in
            chunk.writeStaticString("{\"role\":\"")
            self.writeRole(into: &chunk)
            chunk.writeStaticString("\",\"content\":\"\"}")
        }
    }

    /// Writes the chunk that tells the end, the usage and `[DONE]`.
    func writeLastEvents(withUsageEvent: Bool, into reply: inout ByteBuffer) {
        self.writeLastChunk(withUsage: !withUsageEvent && self.answer.usage != nil, into: &reply)
        if withUsageEvent { self.writeUsageEvent(into: &reply) }
        reply.writeStaticString("data: [DONE]\n\n")
    }

    private func writeText(_ text: ByteBuffer, as member: StaticString, into reply: inout ByteBuffer) {
        var rest = text
        while let piece = rest.readSlice(length: JSONStringPieces.length(of: rest, atMost: Self.bytesPerEvent)),
            piece.readableBytes > 0
        {
            self.writePiece(piece, as: member, into: &reply)
        }
    }

    /// Writes one chunk with a piece of a text, as it stands between its quotes.
    func writePiece(_ piece: ByteBuffer, as member: StaticString, into reply: inout ByteBuffer) {
        self.writeChunk(into: &reply) { chunk in
            chunk.writeStaticString("{\"")
            chunk.writeStaticString(member)
            chunk.writeStaticString("\":\"")
            chunk.writeImmutableBuffer(piece)
            chunk.writeStaticString("\"}")
        }
    }

    private func writeChunk(into reply: inout ByteBuffer, delta: (inout ByteBuffer) -> Void) {
        reply.writeStaticString("data: ")
        self.writeFront("chat.completion.chunk", into: &reply)
        reply.writeStaticString("{\"index\":0,\"delta\":")
        delta(&reply)
        reply.writeStaticString(",\"finish_reason\":null}]}\n\n")
    }

    private func writeLastChunk(withUsage: Bool, into reply: inout ByteBuffer) {
        reply.writeStaticString("data: ")
        self.writeFront("chat.completion.chunk", into: &reply)
        reply.writeStaticString("{\"index\":0,\"delta\":{},\"finish_reason\":\"")
        self.writeFinishReason(into: &reply)
        reply.writeStaticString("\"}]")
        if withUsage {
            reply.writeStaticString(",\"usage\":")
            self.writeUsage(into: &reply)
        }
        reply.writeStaticString("}\n\n")
    }

    private func writeUsageEvent(into reply: inout ByteBuffer) {
        reply.writeStaticString("data: ")
        self.writeFront("chat.completion.chunk", into: &reply)
        reply.writeStaticString("],\"usage\":")
        self.writeUsage(into: &reply)
        reply.writeStaticString("}\n\n")
    }

    /// Everything up to the choices, their bracket included.
    private func writeFront(_ object: StaticString, into reply: inout ByteBuffer) {
        reply.writeStaticString("{\"id\":\"")
        self.write(self.answer.id, default: "from-cache", into: &reply)
        reply.writeStaticString("\",\"object\":\"")
        reply.writeStaticString(object)
        reply.writeStaticString("\",\"created\":")
        reply.writeString(String(self.answer.created ?? self.answer.storedAt))
        reply.writeStaticString(",\"model\":\"")
        self.write(self.answer.model, default: "from-cache", into: &reply)
        reply.writeStaticString("\",\"choices\":[")
    }

    private func writeRole(into reply: inout ByteBuffer) {
        self.write(self.answer.role, default: "assistant", into: &reply)
    }

    private func writeFinishReason(into reply: inout ByteBuffer) {
        self.write(self.answer.finishReason, default: "stop", into: &reply)
    }

    private func writeUsage(into reply: inout ByteBuffer) {
        let none: StaticString = "{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}"
        self.write(self.answer.usage, default: none, into: &reply)
    }

    private func write(_ text: ByteBuffer?, default fallback: StaticString, into reply: inout ByteBuffer) {
        if let text { reply.writeImmutableBuffer(text) } else { reply.writeStaticString(fallback) }
    }
}
