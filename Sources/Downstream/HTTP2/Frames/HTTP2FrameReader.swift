import HTTP2
import NIOCore

/// Cuts what a client sends into frames: a pure value.
///
/// The payload of DATA is handed on as it comes and without its padding, every other one whole. All are slices of what was
/// received; copied is only the beginning of a frame that is not complete.
///
/// Source: RFC 9113, sections 3.4, 4.1 and 6.1.
struct HTTP2FrameReader {
    /// What was read.
    enum Part: Equatable {
        /// Nothing: more bytes are needed.
        case more
        /// The header of a frame, and how many bytes of its payload are padding; 0 for frames other than DATA.
        case header(HTTP2FrameHeader, padding: Int)
        /// The payload of the frame, which is not DATA.
        case payload(ByteBuffer)
        /// Data of the frame, and whether the frame is complete with it.
        case data(ByteBuffer, isLast: Bool)
        /// What came is no HTTP/2: the connection ends with this error.
        case failed(HTTP2ErrorCode)
    }

    private enum State {
        case preface
        case header
        case payload(length: Int)
        case data(length: Int, padding: Int)
    }

    private var state = State.preface
    private var bytes = ByteBuffer()

    /// How many frames have begun with a whole header; wraps around.
    private(set) var frameCount = 0

    /// Whether a frame other than DATA has begun and not ended, once everything that has come was read.
    var isWithinFrame: Bool {
        switch self.state {
        case .preface, .data: false
        case .header: self.bytes.readableBytes > 0
        case .payload: true
        }
    }

    /// Whether bytes wait to be read.
    var hasBytes: Bool { self.bytes.readableBytes > 0 }

    /// Adds what was received.
    mutating func receive(_ more: ByteBuffer) {
        if self.bytes.readableBytes == 0 { self.bytes = more } else { self.bytes.writeImmutableBuffer(more) }
    }

    /// Forgets what was received.
    mutating func clear() { self.bytes = ByteBuffer() }

    /// Reads on. The header of a frame comes first, then its payload.
    mutating func next() -> Part {
        let part = self.read()
        // The memory of what was received is not kept for the next frame.
        if case .more = part, self.bytes.readableBytes == 0 { self.clear() }
        if case .header = part { self.frameCount &+= 1 }
        return part
    }

    private mutating func read() -> Part {
        switch self.state {
        case .preface: return self.readPreface()
        case .header: return self.readHeader()
        case .payload(let length):
            guard let payload = self.bytes.readSlice(length: length) else { return .more }
            self.state = .header
            return .payload(payload)
        case .data(let length, let padding): return self.readData(length, padding)
        }
    }

    private mutating func readPreface() -> Part {
        guard let choice = HTTP2Preface.choice(self.bytes) else { return .more }
        guard choice == .http2 else { return .failed(.protocolError) }
        self.bytes.moveReaderIndex(forwardBy: HTTP2Preface.text.utf8CodeUnitCount)
        self.state = .header
        return self.readHeader()
    }

    private mutating func readHeader() -> Part {
        guard let header = HTTP2FrameHeader(self.bytes, at: 0) else { return .more }
        guard header.kind == HTTP2FrameHeader.Kind.data else {
            self.bytes.moveReaderIndex(forwardBy: HTTP2FrameHeader.size)
            self.state = .payload(length: header.length)
            return .header(header, padding: 0)
        }
        guard header.isPadded else {
            self.bytes.moveReaderIndex(forwardBy: HTTP2FrameHeader.size)
            self.state = .data(length: header.length, padding: 0)
            return .header(header, padding: 0)
        }
        return self.readPadded(header)
    }

    private mutating func readPadded(_ header: HTTP2FrameHeader) -> Part {
        guard header.length > 0 else { return .failed(.frameSizeError) }
        let place = self.bytes.readerIndex + HTTP2FrameHeader.size
        guard let padding = self.bytes.getInteger(at: place, as: UInt8.self) else { return .more }
        guard Int(padding) < header.length else { return .failed(.protocolError) }
        self.bytes.moveReaderIndex(forwardBy: HTTP2FrameHeader.size + 1)
        self.state = .data(length: header.length - 1 - Int(padding), padding: Int(padding))
        return .header(header, padding: Int(padding) + 1)
    }

    private mutating func readData(_ length: Int, _ padding: Int) -> Part {
        let taken = min(length, self.bytes.readableBytes)
        guard taken > 0 || length == 0, let data = self.bytes.readSlice(length: taken) else { return .more }
        guard taken == length else {
            self.state = .data(length: length - taken, padding: padding)
            return .data(data, isLast: false)
        }
        let skipped = min(padding, self.bytes.readableBytes)
        self.bytes.moveReaderIndex(forwardBy: skipped)
        guard skipped == padding else {
            self.state = .data(length: 0, padding: padding - skipped)
            return taken > 0 ? .data(data, isLast: false) : .more
        }
        self.state = .header
        return .data(data, isLast: true)
    }
}
