import NIOCore

/// Parses the line before a chunk's data: size, extensions, CRLF (RFC 9112, section 7.1).
///
/// Extensions are checked and dropped. White space around them is refused: the grammar has it only as something that
/// bad senders do, and readers have disagreed on where the line ends because of it.
struct ChunkLineParser {
    private var state = State.firstDigit
    private var size = 0
    private var extensionBytes = 0
    private var lineBytes = 0

    /// More digits could only be leading zeros.
    private static let maximumDigits = 16

    private enum State {
        case firstDigit, digits
        case nameStart, name, valueStart, value, quoted, quotedPair, quotedEnd
        case lineFeed
    }

    enum Progress {
        case needMore
        /// The chunk's size, and the bytes of its line.
        case complete(size: Int, lineBytes: Int)
        case failed(HTTP1Error)
    }

    mutating func parse(_ buffer: inout ByteBuffer, limits: BodyLimits) -> Progress {
        var consumed = 0
        let progress = buffer.withUnsafeReadableBytes { bytes -> Progress in
            for byte in bytes {
                consumed += 1
                self.lineBytes += 1
                if self.state == .lineFeed {
                    guard byte == .lineFeed else { return .failed(.invalidLineEnding) }
                    return .complete(size: self.size, lineBytes: self.lineBytes)
                }
                if let error = self.receive(byte, limits) { return .failed(error) }
            }
            return .needMore
        }
        buffer.moveReaderIndex(forwardBy: consumed)
        return progress
    }

    private mutating func receive(_ byte: UInt8, _ limits: BodyLimits) -> HTTP1Error? {
        switch self.state {
        case .firstDigit, .digits:
            return self.receiveSize(byte, limits)
        default:
            self.extensionBytes += 1
            guard self.extensionBytes <= limits.extensionBytes + 1 else { return .chunkOverheadTooLarge }
            guard let next = self.afterExtension(byte) else {
                return byte == .lineFeed ? .invalidLineEnding : .invalidChunkExtension
            }
            self.state = next
            return nil
        }
    }

    private mutating func receiveSize(_ byte: UInt8, _ limits: BodyLimits) -> HTTP1Error? {
        if let digit = byte.hexadecimalValue {
            guard self.lineBytes <= ChunkLineParser.maximumDigits else { return .invalidChunkSize }
            // At most 2^44 before: the limit is at most 2^40, so the product cannot overflow.
            self.size = self.size * 16 + Int(digit)
            guard self.size <= limits.chunkBytes else { return .chunkTooLarge }
            self.state = .digits
            return nil
        }
        guard self.state == .digits else { return .invalidChunkSize }
        switch byte {
        case .carriageReturn: self.state = .lineFeed
        case UInt8(ascii: ";"):
            self.state = .nameStart
            self.extensionBytes = 1
        case .lineFeed: return .invalidLineEnding
        default: return .invalidChunkSize
        }
        return nil
    }

    /// The state after one more byte of extensions, or `nil` when it may not stand there.
    private func afterExtension(_ byte: UInt8) -> State? {
        switch self.state {
        case .nameStart: byte.isToken ? .name : nil
        case .name: byte.isToken ? .name : byte == UInt8(ascii: "=") ? .valueStart : self.afterElement(byte)
        case .valueStart: byte.isToken ? .value : byte == UInt8(ascii: "\"") ? .quoted : nil
        case .value: byte.isToken ? .value : self.afterElement(byte)
        case .quoted: self.afterQuoted(byte)
        case .quotedPair: byte == .tab || byte >= 0x20 && byte < 0x7F ? .quoted : nil
        case .quotedEnd: self.afterElement(byte)
        case .firstDigit, .digits, .lineFeed: nil
        }
    }

    private func afterElement(_ byte: UInt8) -> State? {
        byte == .carriageReturn ? .lineFeed : byte == UInt8(ascii: ";") ? .nameStart : nil
    }

    private func afterQuoted(_ byte: UInt8) -> State? {
        switch byte {
        case UInt8(ascii: "\""): .quotedEnd
        case UInt8(ascii: "\\"): .quotedPair
        case .tab, 0x20...0x7E: .quoted
        default: nil
        }
    }
}
