import HTTP2
import NIOCore

/// The frames that wait to be handed to the socket, one behind the other in one buffer: a pure value.
///
/// A frame that ends its part of a stream is often known to do so only when the next event comes, which is mostly before
/// anything was handed on: so the flag is added to a frame that stands here already.
///
/// Source: RFC 9113, sections 4 and 6.
struct HTTP2Output {
    private typealias Kind = HTTP2FrameHeader.Kind

    /// The largest payload of a frame, which every client takes (section 4.2).
    static let largestPayload = 16_384
    /// Memory that is asked for at once at most.
    private static let largestHint = 32 * 1024

    private var bytes = ByteBuffer()
    /// How many bytes were taken before, so that places count from the connection's beginning.
    private var taken = 0
    private var hint = 256

    /// How many bytes wait.
    var count: Int { self.bytes.readableBytes }

    /// Takes out what waits.
    mutating func take() -> ByteBuffer {
        let bytes = self.bytes
        self.bytes = ByteBuffer()
        self.taken += bytes.readableBytes
        self.hint = min(max(256, bytes.readableBytes), HTTP2Output.largestHint)
        return bytes
    }

    /// Adds bytes that belong to the frame that was written last.
    mutating func append(_ part: ByteBuffer) { self.bytes.writeImmutableBuffer(part) }

    /// Adds the flag that ends the stream to a frame.
    ///
    /// - Parameter place: Where the frame is, as it was told when it was written.
    /// - Returns: False when the frame is not here any more.
    mutating func endStream(at place: Int) -> Bool {
        let offset = place - self.taken
        guard offset >= 0, let header = HTTP2FrameHeader(self.bytes, at: offset) else { return false }
        self.bytes.setInteger(header.flags | 0x1, at: self.bytes.readerIndex + offset + 4)
        return true
    }

    /// Writes a header section, on CONTINUATION frames too when it is larger than a frame.
    ///
    /// - Returns: The place of the frame.
    @discardableResult
    mutating func writeSection(_ id: UInt32, endsStream: Bool, _ encode: (inout ByteBuffer) -> Void) -> Int {
        let place = self.begin()
        let start = self.bytes.writerIndex
        let header = HTTP2FrameHeader(length: 0, kind: Kind.headers, flags: endsStream ? 0x5 : 0x4, streamID: id)
        header.write(into: &self.bytes)
        encode(&self.bytes)
        let length = self.bytes.writerIndex - start - HTTP2FrameHeader.size
        guard length <= HTTP2Output.largestPayload else {
            self.divide(header, start)
            return place
        }
        self.bytes.setInteger(UInt32(truncatingIfNeeded: length) << 8 | UInt32(Kind.headers), at: start)
        return place
    }

    /// Writes the section that stands behind the header at `start` again, in frames that are not too large.
    private mutating func divide(_ header: HTTP2FrameHeader, _ start: Int) {
        let sectionStart = start + HTTP2FrameHeader.size
        let length = self.bytes.writerIndex - sectionStart
        guard var section = self.bytes.getSlice(at: sectionStart, length: length) else { return }
        self.bytes.moveWriterIndex(to: start)
        var frame = header
        frame.flags &= 0x1
        while let part = section.readSlice(length: min(section.readableBytes, HTTP2Output.largestPayload)) {
            frame.length = part.readableBytes
            if section.readableBytes == 0 { frame.flags |= 0x4 }
            frame.write(into: &self.bytes)
            self.bytes.writeImmutableBuffer(part)
            guard section.readableBytes > 0 else { return }
            frame.kind = Kind.continuation
            frame.flags = 0
        }
    }

    /// Writes the header of a DATA frame; its payload has to follow.
    ///
    /// - Returns: The place of the frame.
    mutating func writeDataHeader(_ id: UInt32, length: Int, endsStream: Bool) -> Int {
        let place = self.begin()
        HTTP2FrameHeader(length: length, kind: Kind.data, flags: endsStream ? 0x1 : 0, streamID: id)
            .write(into: &self.bytes)
        return place
    }

    /// Writes RST_STREAM.
    mutating func write(reset id: UInt32, _ code: HTTP2ErrorCode) {
        self.write(Kind.resetStream, id, code.rawValue)
    }

    /// Writes WINDOW_UPDATE.
    mutating func write(windowUpdate increment: Int, _ id: UInt32) {
        self.write(Kind.windowUpdate, id, UInt32(truncatingIfNeeded: increment))
    }

    private mutating func write(_ kind: UInt8, _ id: UInt32, _ payload: UInt32) {
        _ = self.begin()
        HTTP2FrameHeader(length: 4, kind: kind, streamID: id).write(into: &self.bytes)
        self.bytes.writeInteger(payload)
    }

    /// Writes SETTINGS.
    mutating func write(settings: [(id: UInt16, value: Int)]) {
        _ = self.begin()
        HTTP2FrameHeader(length: 6 * settings.count, kind: Kind.settings).write(into: &self.bytes)
        for setting in settings {
            self.bytes.writeInteger(setting.id)
            self.bytes.writeInteger(UInt32(truncatingIfNeeded: setting.value))
        }
    }

    /// Writes the acknowledgement of the client's SETTINGS.
    mutating func writeSettingsAcknowledgement() {
        _ = self.begin()
        HTTP2FrameHeader(length: 0, kind: Kind.settings, flags: 0x1).write(into: &self.bytes)
    }

    /// Writes PING.
    mutating func write(ping: UInt64, isAcknowledgement: Bool) {
        _ = self.begin()
        HTTP2FrameHeader(length: 8, kind: Kind.ping, flags: isAcknowledgement ? 0x1 : 0).write(into: &self.bytes)
        self.bytes.writeInteger(ping)
    }

    /// Writes GOAWAY.
    mutating func write(goAway code: HTTP2ErrorCode, last id: UInt32) {
        _ = self.begin()
        HTTP2FrameHeader(length: 8, kind: Kind.goAway).write(into: &self.bytes)
        self.bytes.writeInteger(id)
        self.bytes.writeInteger(code.rawValue)
    }

    /// The place of the frame that is written next.
    private mutating func begin() -> Int {
        // As much as was written last time, so that the buffer seldom has to grow.
        if self.bytes.capacity == 0 { self.bytes.reserveCapacity(self.hint) }
        return self.taken + self.bytes.readableBytes
    }
}
