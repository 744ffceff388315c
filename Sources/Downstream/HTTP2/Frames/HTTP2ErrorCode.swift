/// Why a stream or a connection ends, as the client is told.
///
/// Source: RFC 9113, section 7.
enum HTTP2ErrorCode: UInt32 {
    /// Nothing is wrong.
    case noError = 0x0
    /// A frame that the protocol does not allow, or a malformed message.
    case protocolError = 0x1
    /// What the gateway could not bring to an end.
    case internalError = 0x2
    /// More than a window admits, or a window that is too large.
    case flowControlError = 0x3
    /// The settings were not acknowledged in time.
    case settingsTimeout = 0x4
    /// A frame of a stream that the client has ended.
    case streamClosed = 0x5
    /// A frame of a wrong length.
    case frameSizeError = 0x6
    /// A stream of which nothing was acted on.
    case refusedStream = 0x7
    /// A stream that is not wanted any more.
    case cancel = 0x8
    /// A header section that cannot be decoded.
    case compressionError = 0x9
    /// A client that costs more than it asks for.
    case enhanceYourCalm = 0xB
}
