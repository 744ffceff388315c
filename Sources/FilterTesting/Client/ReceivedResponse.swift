public import FilterAPI
public import NIOCore

/// What a client received, and what the gateway noted about the stream.
public struct ReceivedResponse: Sendable {
    /// The head; `nil` when the stream ended without one.
    public internal(set) var head: ResponseHead?
    /// Whether the head announced a body.
    public internal(set) var hasBody = false
    /// The body.
    public internal(set) var body = ByteBuffer()
    /// The parts in which the body came.
    public internal(set) var parts: [ByteBuffer] = []
    /// The trailers.
    public internal(set) var trailers: HeaderFields?
    /// Informational responses before the head.
    public internal(set) var informational: [ResponseHead] = []
    /// Whether the response came to its end.
    public internal(set) var isComplete = false
    /// Whether the response broke off, or the stream was reset without one.
    public internal(set) var isReset = false

    /// What the access log knows: status, details, flags, bytes, times.
    public internal(set) var record = StreamRecord()
    /// What filters said in the access log's `ai_log` object.
    public internal(set) var aiLog: [String: LogValue] = [:]
    /// The authenticated consumer.
    public internal(set) var consumer: String?
    /// Who made the response.
    public internal(set) var origin = ResponseOrigin.upstream
    /// The name of the route.
    public internal(set) var route: String?
    /// The typed values that filters left on the stream.
    nonisolated(unsafe) var attributes = StreamAttributes()

    /// The status; 0 when there was no head.
    public var status: Int { self.head?.status ?? 0 }
    /// The header fields.
    public var headers: HeaderFields { self.head?.headers ?? HeaderFields() }
    /// The body as text.
    public var text: String { String(buffer: self.body) }
    /// Why the response is what it is, such as `via_upstream` or `key-auth.unauthorized`.
    public var details: String { self.record.responseCodeDetails }
    /// Marks such as `DC`, `NR`, `UT`.
    public var flags: [String] { self.record.responseFlags }

    /// A value that a filter left on the stream.
    public func attribute<Value: Sendable>(_ key: AttributeKey<Value>) -> Value? { self.attributes[key] }

    mutating func receive(_ event: TestEvent) {
        switch event {
        case .informational(let head): self.informational.append(head)
        case .head(let head, let hasBody):
            self.head = head
            self.hasBody = hasBody
        case .body(let part):
            self.parts.append(part)
            self.body.writeImmutableBuffer(part)
        case .end(let trailers):
            self.trailers = trailers
            self.isComplete = true
        case .reset: self.isReset = true
        }
    }

    mutating func receive(_ context: StreamContext) {
        self.record = context.record
        self.aiLog = Dictionary(context.aiLog.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        self.consumer = context.consumer
        self.origin = context.responseOrigin
        self.route = context.routeName
        self.attributes = context.attributes
    }
}
