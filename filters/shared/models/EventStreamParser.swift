import NIOCore

/// Splits a stream of server-sent events, however it is cut into parts.
///
/// Source: WHATWG HTML, section 9.2.6 (interpreting an event stream). An event at the end that no blank line completes
/// is dropped, as the standard says.
struct EventStreamParser {
    struct Event: Hashable {
        /// The event's type; empty for the default.
        var type = ByteBuffer()
        /// The lines of data, joined by line feeds.
        var data = ByteBuffer()
    }

    enum Failure: Error {
        /// An event is longer than the limit.
        case tooLong
    }

    private let limit: Int
    private var line = ByteBuffer()
    private var event = Event()
    private var hasData = false
    private var lastWasCarriageReturn = false
    private var isAtStart = true

    /// - Parameter limit: The most bytes that the parser keeps of one event.
    init(limit: Int) { self.limit = limit }

    /// Takes the next part and calls `body` for each event that it completes.
    mutating func append(_ part: ByteBuffer, _ body: (Event) throws -> Void) throws {
        var rest = part
        while let end = self.lineEnd(in: rest) {
            let isSecondHalf = self.lastWasCarriageReturn && end == 0 && self.byte(at: 0, of: rest) == 0x0A
            self.lastWasCarriageReturn = self.byte(at: end, of: rest) == 0x0D
            if !isSecondHalf {
                if var front = rest.readSlice(length: end) { self.line.writeBuffer(&front) }
                try self.finishLine(body)
            }
            rest.moveReaderIndex(forwardBy: 1)
        }
        if rest.readableBytes > 0 {
            self.lastWasCarriageReturn = false
            self.line.writeBuffer(&rest)
        }
        if self.line.readableBytes + self.event.data.readableBytes > self.limit { throw Failure.tooLong }
    }

    private func lineEnd(in buffer: ByteBuffer) -> Int? {
        buffer.withUnsafeReadableBytes { bytes in bytes.firstIndex { $0 == 0x0A || $0 == 0x0D } }
    }

    private func byte(at offset: Int, of buffer: ByteBuffer) -> UInt8? {
        buffer.getInteger(at: buffer.readerIndex + offset)
    }

    private mutating func finishLine(_ body: (Event) throws -> Void) throws {
        defer { self.line.clear() }
        if self.isAtStart {
            self.isAtStart = false
            self.skipByteOrderMark()
        }
        if self.line.readableBytes > 0 { return self.interpretLine() }
        defer {
            self.event = Event()
            self.hasData = false
        }
        if self.hasData { try body(self.event) }
    }

    private mutating func skipByteOrderMark() {
        if self.line.readableBytesView.starts(with: [0xEF, 0xBB, 0xBF]) { self.line.moveReaderIndex(forwardBy: 3) }
    }

    private mutating func interpretLine() {
        var value = self.line
        let colon = value.readableBytesView.firstIndex(of: UInt8(ascii: ":")).map { $0 - value.readerIndex }
        guard let name = value.readSlice(length: colon ?? value.readableBytes) else { return }
        if colon != nil { value.moveReaderIndex(forwardBy: 1) }
        if self.byte(at: 0, of: value) == UInt8(ascii: " ") { value.moveReaderIndex(forwardBy: 1) }
        if name.readableBytesView.elementsEqual("data".utf8) {
            if self.hasData { self.event.data.writeInteger(UInt8(ascii: "\n")) }
            self.hasData = true
            self.event.data.writeBuffer(&value)
        } else if name.readableBytesView.elementsEqual("event".utf8) {
            self.event.type = ByteBuffer(buffer: value)
        }
    }
}
