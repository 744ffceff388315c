/// The version in a start line.
package enum HTTP1Version: Sendable, Hashable {
    /// `HTTP/1.0`.
    case http10
    /// `HTTP/1.1`.
    case http11
}

/// How a received body is delimited (RFC 9112, section 6.3).
package enum MessageFraming: Sendable, Hashable {
    /// There is no body.
    case none
    /// Exactly so many bytes, which may be 0.
    case length(Int)
    /// Chunks, then perhaps trailers.
    case chunked
    /// All bytes until the connection ends; only in responses.
    case untilClose
}

/// What an attempt to parse a head came to.
package enum HeadParseResult<Info: Sendable>: Sendable {
    /// The head is not complete; call again when more bytes have arrived.
    case needMore
    /// The head is complete and its bytes are consumed.
    case complete(Info)
    /// The message is refused; nothing further on the connection may be parsed.
    case failed(HTTP1Error)
}
