public import FilterAPI
public import NIOCore

/// A request as a scripted service received it, from a route or from a filter's callout.
public struct ServiceRequest: Sendable {
    /// The service's address, such as `upstream.static`.
    public let service: String
    /// The head: method, path, authority, header fields.
    public let head: RequestHead
    /// The body so far.
    public internal(set) var body = ByteBuffer()
    /// The trailers, when there were any.
    public internal(set) var trailers: HeaderFields?
    /// How the length of the body was announced.
    public let framing: Framing
    /// Whether the request has come to its end.
    public internal(set) var isComplete = false
    /// Whether the gateway gave the request up before the response was complete.
    public internal(set) var isCancelled = false
    /// The parts in which the body came.
    public internal(set) var parts: [ByteBuffer] = []

    /// How the length of a body is announced.
    public enum Framing: Sendable, Hashable {
        /// No body.
        case none
        /// This many bytes.
        case length(Int)
        /// Not at all.
        case chunked
    }

    init(service: String, head: RequestHead, framing: Framing) {
        self.service = service
        self.head = head
        self.framing = framing
    }

    /// The method.
    public var method: HTTPMethod { self.head.method }
    /// Path and query.
    public var path: String { self.head.path }
    /// The host.
    public var authority: String { self.head.authority }
    /// The header fields.
    public var headers: HeaderFields { self.head.headers }
    /// The body as text.
    public var text: String { String(buffer: self.body) }

    mutating func receive(_ part: ByteBuffer) {
        self.parts.append(part)
        self.body.writeImmutableBuffer(part)
    }
}
