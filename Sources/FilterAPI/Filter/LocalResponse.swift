public import NIOCore

/// A response that a filter makes itself.
public final class LocalResponse {
    /// The status code.
    public let status: Int
    /// The header fields. `content-length` and framing are the gateway's business.
    public let headers: HeaderFields
    /// The body.
    public let body: Body
    /// Why, for `response_code_details` of the access log, such as `key-auth.unauthorized`; lower case, no spaces.
    public let detail: String

    /// Makes the next part of a body, or `nil` at its end.
    public typealias Producer = nonisolated(nonsending) () async throws -> ByteBuffer?

    /// The body of a local response.
    public enum Body {
        /// None.
        case empty
        /// All of it; sent in parts as the client reads.
        case bytes(ByteBuffer)
        /// Made while the client reads: called for the next part when there is room for it; `nil` ends the body, an
        /// error resets the stream. Runs on the stream's event loop and is cancelled when the stream ends.
        case stream(Producer)
    }

    /// Makes a response.
    ///
    /// - Parameters:
    ///   - status: The status code, 200 to 599.
    ///   - headers: The header fields; default none.
    ///   - body: The body; default none. HEAD requests, 204 and 304 get none in any case.
    ///   - detail: Why, for the access log; begins with the filter's name by convention.
    public init(status: Int, headers: HeaderFields = [:], body: Body = .empty, detail: String) {
        self.status = status
        self.headers = headers
        self.body = body
        self.detail = detail
    }

    /// Makes a response of text.
    public convenience init(
        status: Int,
        headers: HeaderFields = [:],
        text: String,
        contentType: String = "text/plain; charset=utf-8",
        detail: String
    ) {
        var headers = headers
        headers[.contentType] = contentType
        self.init(status: status, headers: headers, body: .bytes(ByteBuffer(string: text)), detail: detail)
    }
}

/// Who made a response.
public enum ResponseOrigin: Sendable, Hashable {
    /// The upstream.
    case upstream
    /// A filter, by its entry's name.
    case filter(String)
    /// The gateway: no route, an upstream that cannot be reached, a limit.
    case gateway
}
