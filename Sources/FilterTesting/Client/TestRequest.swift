public import FilterAPI
public import NIOCore

/// A request as a client sends it.
public struct TestRequest: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// Path and query.
    public var path: String
    /// The host; default `gateway.test`.
    public var authority: String
    /// `http` or `https`; default `http`.
    public var scheme: RequestHead.Scheme
    /// The header fields.
    public var headers: HeaderFields
    /// The body; default none.
    public var body: ByteBuffer
    /// The trailers; with them the length of the body is not announced.
    public var trailers: HeaderFields?
    /// Whether `content-length` announces the body; default true.
    public var announcesLength = true
    /// Whether the client waits for leave before it sends the body.
    public var expectsContinue = false
    /// How the body is cut; default as the gateway's `chunking` says.
    public var chunking: Chunking?
    /// The client's address as an IP address; default `203.0.113.7`.
    public var clientAddress = "203.0.113.7"
    /// The HTTP version, as the access log prints it; default `HTTP/1.1`.
    public var protocolVersion = "HTTP/1.1"

    /// Makes a request with a text for its body.
    public init(
        _ method: HTTPMethod = .get,
        _ path: String = "/",
        authority: String = "gateway.test",
        scheme: RequestHead.Scheme = .http,
        headers: HeaderFields = [:],
        body: String = "",
        trailers: HeaderFields? = nil
    ) {
        self.method = method
        self.path = path
        self.authority = authority
        self.scheme = scheme
        self.headers = headers
        self.body = ByteBuffer(string: body)
        self.trailers = trailers
    }

    /// The head as the gateway's codec would hand it to the first filter.
    func head(announcing length: Int?) -> RequestHead {
        var head = RequestHead(
            method: self.method,
            scheme: self.scheme,
            authority: self.authority,
            path: self.path,
            headers: self.headers
        )
        // What a client may not say about itself never reaches a filter.
        head.headers.removeAll { name, _ in TestRequest.isRemoved(name) }
        if let length, !head.headers.contains(.contentLength) { head.headers[.contentLength] = String(length) }
        head.headers.countAsReceived()
        return head
    }

    private static func isRemoved(_ name: String) -> Bool {
        switch name {
        case "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade", "expect",
            "x-mse-consumer":
            true
        default: name.contains("_")
        }
    }
}

extension HeaderFields {
    /// Makes of fields that a test has written what a codec hands over: bytes of the message, and none that were added.
    fileprivate mutating func countAsReceived() {
        guard self.wire.readableBytes == 0 else { return }
        swap(&self.wire, &self.edits)
        for index in self.entries.indices { self.entries[index].isEdit = false }
        self.revision = 0
    }
}
