/// Why a message was refused; the raw value is the detail string of logs and access logs, and stays stable.
package enum HTTP1Error: String, Error, Sendable, CaseIterable {
    /// The request line is not `method SP target SP version CRLF`.
    case invalidRequestLine = "http1.invalid_request_line"
    /// The method is not a token.
    case invalidMethod = "http1.invalid_method"
    /// The target has no allowed form, or carries a fragment, a control character, a raw byte above 0x7E, or a bad escape.
    case invalidTarget = "http1.invalid_target"
    /// The version is neither `HTTP/1.0` nor `HTTP/1.1`.
    case unsupportedVersion = "http1.unsupported_version"
    /// `CONNECT` or `TRACE`.
    case methodNotAllowed = "http1.method_not_allowed"
    /// The request line is longer than its limit.
    case requestLineTooLong = "http1.request_line_too_long"
    /// The status line is not `version SP three-digits [SP reason] CRLF`, with a status of 100 to 599.
    case invalidStatusLine = "http1.invalid_status_line"
    /// The status line is longer than its limit.
    case statusLineTooLong = "http1.status_line_too_long"

    /// A line does not end in CRLF.
    case invalidLineEnding = "http1.invalid_line_ending"
    /// A field line begins with white space.
    case obsoleteFolding = "http1.obsolete_folding"
    /// A field name is empty or not a token, which includes white space before the colon.
    case invalidFieldName = "http1.invalid_header_name"
    /// A field value holds a control character.
    case invalidFieldValue = "http1.invalid_header_value"
    /// The header section is longer than its limit.
    case headerTooLarge = "http1.header_too_large"
    /// The header section has more fields than its limit.
    case tooManyFields = "http1.too_many_headers"

    /// An HTTP/1.1 request has no `Host`.
    case missingHost = "http1.missing_host"
    /// There is more than one `Host`.
    case duplicateHost = "http1.duplicate_host"
    /// `Host`, or the target's authority, is not a host with an optional port.
    case invalidHost = "http1.invalid_host"
    /// `Content-Length` is not one decimal number that fits.
    case invalidContentLength = "http1.invalid_content_length"
    /// There is more than one `Content-Length`, be they equal or not.
    case duplicateContentLength = "http1.duplicate_content_length"
    /// `Transfer-Encoding` is not exactly `chunked`, occurs twice, or came with HTTP/1.0.
    case invalidTransferEncoding = "http1.invalid_transfer_encoding"
    /// Both `Content-Length` and `Transfer-Encoding` are present.
    case conflictingFraming = "http1.conflicting_framing"
    /// `Connection` is not a list of tokens, is too long, or nominates a field that every recipient needs.
    case invalidConnection = "http1.invalid_connection"
    /// An expectation other than `100-continue`.
    case expectationFailed = "http1.expectation_failed"

    /// A chunk's size is not a plain hexadecimal number.
    case invalidChunkSize = "http1.invalid_chunk_size"
    /// A chunk's size is above the limit.
    case chunkTooLarge = "http1.chunk_too_large"
    /// A chunk extension is malformed.
    case invalidChunkExtension = "http1.invalid_chunk_extension"
    /// Chunk extensions, or the overhead of many tiny chunks, are above the limit.
    case chunkOverheadTooLarge = "http1.chunk_overhead_too_large"
    /// A chunk's data is not followed by CRLF.
    case invalidChunkEnding = "http1.invalid_chunk_ending"
    /// The connection ended before the body did.
    case truncatedBody = "http1.truncated_body"

    /// The detail string.
    package var detail: String { self.rawValue }

    /// The status that answers a request refused for this reason; every refused response is a 502 instead.
    package var status: Int {
        switch self {
        case .methodNotAllowed: 405
        case .requestLineTooLong: 414
        case .expectationFailed: 417
        case .headerTooLarge, .tooManyFields: 431
        default: 400
        }
    }
}
