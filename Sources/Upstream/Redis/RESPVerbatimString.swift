package import NIOCore

/// A string with the server's hint of its format, `txt` or `mkd`.
package struct RESPVerbatimString: Sendable, Equatable {
    /// The payload as sent, `txt:Some text`. One buffer keeps ``RESPValue`` as small as a buffer.
    private let payload: ByteBuffer

    /// Nil unless the payload starts with three bytes of format and a colon.
    package init?(payload: ByteBuffer) {
        guard payload.getInteger(at: payload.readerIndex + 3, as: UInt8.self) == UInt8(ascii: ":") else { return nil }
        self.payload = payload
    }

    /// Three characters, such as `txt`.
    package var format: String { String(decoding: payload.readableBytesView.prefix(3), as: UTF8.self) }

    package var text: ByteBuffer {
        var text = payload
        text.moveReaderIndex(forwardBy: 4)
        return text
    }
}
