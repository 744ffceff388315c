import HTTP2
import NIOCore
import NIOHTTP2

/// Goes from frame to frame in what a service sends, and notices what no well-behaved service does: a pure value.
///
/// The frame codec bounds some floods over a connection's whole life, and others not at all.
struct HTTP2FrameMeter: Sendable {
    /// Why the connection ends.
    struct Flood: Error, Equatable, Sendable {
        let code: HTTP2ErrorCode
        let reason: String

        init(_ reason: String, _ code: HTTP2ErrorCode = .enhanceYourCalm) {
            self.code = code
            self.reason = reason
        }
    }

    /// What a connection may cost beside its responses; well-behaved services stay an order of magnitude below.
    enum Limit {
        /// SETTINGS, PING, PRIORITY, GOAWAY and unknown frames.
        static let controlFrames = RateLimit(burst: 1000, perSecond: 100)
        /// DATA frames without data, padding aside, that do not end the stream.
        static let emptyFrames = RateLimit(burst: 100, perSecond: 10)
        /// CONTINUATION frames of one header section.
        static let continuations = 16
        /// Resets beyond one for each stream.
        static let resets = 100
        /// Window updates, beyond four for each stream and ten for each DATA frame that was sent.
        static let windowUpdates = 1000
    }

    private let sectionBytes: Int
    /// The first bytes of a frame header that is not complete.
    private var partial = ByteBuffer()
    /// What is missing of the current frame's payload.
    private var missing = 0
    /// How long the payload of a padded DATA frame is whose first byte, the length of its padding, has not come yet.
    private var paddedLength: Int?
    private var section = (bytes: 0, continuations: 0)
    private var controlFrames = RateBucket(Limit.controlFrames)
    private var emptyFrames = RateBucket(Limit.emptyFrames)
    private var resetAllowance = Limit.resets
    private var windowUpdateAllowance = Limit.windowUpdates
    private var dataBytes = 0

    /// - Parameter sectionBytes: The most bytes that a header section may have on the wire.
    init(sectionBytes: Int) {
        self.sectionBytes = sectionBytes
    }

    /// Goes through received bytes, which may begin and end anywhere in a frame.
    ///
    /// - Returns: why the connection must end, before any of these bytes are used.
    mutating func read(_ bytes: ByteBuffer, at now: NIODeadline) -> Flood? {
        var bytes = bytes
        while bytes.readableBytes > 0 {
            if missing > 0 {
                if let length = paddedLength, let flood = inspectPadding(bytes, of: length, now) { return flood }
                let part = min(missing, bytes.readableBytes)
                missing -= part
                bytes.moveReaderIndex(forwardBy: part)
                continue
            }
            guard let header = nextHeader(&bytes) else { return nil }
            missing = header.length
            if let flood = inspect(header, now) { return flood }
        }
        return nil
    }

    private mutating func nextHeader(_ bytes: inout ByteBuffer) -> HTTP2FrameHeader? {
        if partial.readableBytes == 0, let header = HTTP2FrameHeader(bytes, at: 0) {
            bytes.moveReaderIndex(forwardBy: HTTP2FrameHeader.size)
            return header
        }
        let count = min(HTTP2FrameHeader.size - partial.readableBytes, bytes.readableBytes)
        if var part = bytes.readSlice(length: count) { partial.writeBuffer(&part) }
        guard let header = HTTP2FrameHeader(partial, at: 0) else { return nil }
        partial.clear()
        return header
    }

    private mutating func inspect(_ header: HTTP2FrameHeader, _ now: NIODeadline) -> Flood? {
        switch header.kind {
        case HTTP2FrameHeader.Kind.data:
            dataBytes += header.length
            guard !header.endsStream else { return nil }
            if header.length > 0 {
                if header.isPadded { paddedLength = header.length }
                return nil
            }
            return takeEmptyFrame(now)
        case HTTP2FrameHeader.Kind.headers:
            section = (header.length, 0)
            return header.length <= sectionBytes ? nil : Flood("a header section beyond the limits")
        case HTTP2FrameHeader.Kind.continuation: return inspectContinuation(header)
        case HTTP2FrameHeader.Kind.resetStream:
            resetAllowance -= 1
            return resetAllowance >= 0 ? nil : Flood("too many resets")
        case HTTP2FrameHeader.Kind.windowUpdate:
            windowUpdateAllowance -= 1
            return windowUpdateAllowance >= 0 ? nil : Flood("too many window updates")
        default:
            return controlFrames.take(at: now) ? nil : Flood("too many control frames")
        }
    }

    /// Looks at the first byte of a padded DATA frame: what is left without it and the padding is data.
    private mutating func inspectPadding(_ bytes: ByteBuffer, of length: Int, _ now: NIODeadline) -> Flood? {
        paddedLength = nil
        guard let padding = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else { return nil }
        // More padding than there is room for is the codec's to refuse.
        return Int(padding) + 1 >= length ? takeEmptyFrame(now) : nil
    }

    private mutating func takeEmptyFrame(_ now: NIODeadline) -> Flood? {
        emptyFrames.take(at: now) ? nil : Flood("too many empty DATA frames")
    }

    private mutating func inspectContinuation(_ header: HTTP2FrameHeader) -> Flood? {
        section.bytes += header.length
        section.continuations += 1
        guard section.bytes <= sectionBytes, section.continuations <= Limit.continuations else {
            return Flood("a header section beyond the limits")
        }
        return nil
    }
}

// What the gateway does changes what the service may do.
extension HTTP2FrameMeter {
    /// A stream was opened.
    mutating func openedStream() {
        resetAllowance += 1
        windowUpdateAllowance += 4
    }

    /// A DATA frame was sent, which may well be answered with window updates.
    mutating func sentData() {
        windowUpdateAllowance += 10
    }

    /// The bytes of DATA frames, padding included, since the last call: they count in the connection's window also when
    /// their stream is gone.
    mutating func takeDataBytes() -> Int {
        defer { dataBytes = 0 }
        return dataBytes
    }
}
