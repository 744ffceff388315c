public import FilterAPI
public import NIOCore

/// What a client sees of a response, in order.
public enum TestEvent: Sendable {
    /// An informational response; 100 gives leave to send the body.
    case informational(ResponseHead)
    /// The head of the response. `hasBody` says whether the head announces a body.
    case head(ResponseHead, hasBody: Bool)
    /// A part of the body.
    case body(ByteBuffer)
    /// The end of the response with its trailers.
    case end(trailers: HeaderFields?)
    /// The response broke off.
    case reset
}

extension TestEvent {
    /// How many bytes of a body this is.
    var bytes: Int { if case .body(let part) = self { part.readableBytes } else { 0 } }
}
