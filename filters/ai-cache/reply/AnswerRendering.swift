import NIOCore

/// Makes the body of a hit from what the store held.
struct AnswerRendering: Sendable {
    /// For requests that did not ask for a stream.
    let template: ResponseTemplate
    /// For requests that did.
    let streamTemplate: ResponseTemplate

    /// - Parameters:
    ///   - value: What was stored, whichever way the answer came then.
    ///   - streamed: Whether the request asks for a stream.
    ///   - withUsageEvent: Whether it also asks for the usage as an event.
    func body(of value: CachedValue, streamed: Bool, withUsageEvent: Bool = false) -> ByteBuffer {
        switch value {
        case .plain(let text):
            var literal = ByteBuffer()
            JSONString.encode(text, into: &literal)
            return (streamed ? self.streamTemplate : self.template).filled(with: literal)
        case .structured(let answer):
            let reply = StructuredReply(answer)
            return streamed ? reply.events(withUsageEvent: withUsageEvent) : reply.json
        }
    }

    static func contentType(streamed: Bool) -> String {
        streamed ? "text/event-stream; charset=utf-8" : "application/json; charset=utf-8"
    }
}
