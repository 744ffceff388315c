import HTTP2
import NIOCore
import NIOHTTP2

/// A header section on its way in: a frame at a time, and the fragments that came before.
struct GatheredSection {
    /// The frame whose payload is awaited.
    private(set) var frame: HTTP2FrameHeader?
    /// The frame that began the section.
    private(set) var first: HTTP2FrameHeader?
    /// Whether the section is decoded and goes no further.
    private(set) var isIgnored = false
    private(set) var isSelfDependent = false
    private(set) var fragments = ByteBuffer()

    /// The header of a frame has come, which the inspector has let pass.
    mutating func begin(_ header: HTTP2FrameHeader, isIgnored: Bool) {
        self.frame = header
        guard header.kind == HTTP2FrameHeader.Kind.headers else { return }
        self.first = header
        self.isIgnored = isIgnored
        self.isSelfDependent = false
    }

    /// The payload has come.
    ///
    /// - Returns: The error of the connection, if it is one (RFC 9113, section 6.2).
    mutating func add(_ payload: ByteBuffer, of header: HTTP2FrameHeader) -> HTTP2ErrorCode? {
        self.frame = nil
        var fragment = payload
        if header.kind == HTTP2FrameHeader.Kind.headers, let error = self.unwrap(&fragment, header) { return error }
        if self.fragments.readableBytes == 0 {
            self.fragments = fragment
        } else {
            self.fragments.writeBuffer(&fragment)
        }
        return nil
    }

    /// Takes off what stands before and behind the fragment in HEADERS.
    private mutating func unwrap(_ payload: inout ByteBuffer, _ header: HTTP2FrameHeader) -> HTTP2ErrorCode? {
        var padding = 0
        if header.isPadded {
            guard let length = payload.readInteger(as: UInt8.self) else { return .frameSizeError }
            padding = Int(length)
        }
        if header.hasPriority {
            guard let (dependency, _) = payload.readMultipleIntegers(as: (UInt32, UInt8).self) else {
                return .frameSizeError
            }
            self.isSelfDependent = dependency & 0x7FFF_FFFF == header.streamID
        }
        guard padding <= payload.readableBytes,
            let fragment = payload.readSlice(length: payload.readableBytes - padding)
        else { return .protocolError }
        payload = fragment
        return nil
    }

    /// Whether a stream's PRIORITY says that it depends on itself (RFC 7540, section 5.3.1).
    mutating func isSelfDependent(_ payload: ByteBuffer, _ header: HTTP2FrameHeader) -> Bool {
        self.frame = nil
        let dependency = payload.getInteger(at: payload.readerIndex, as: UInt32.self) ?? 0
        return dependency & 0x7FFF_FFFF == header.streamID
    }

    /// The whole section, which is forgotten here.
    mutating func takeFragments() -> ByteBuffer {
        defer { self.fragments = ByteBuffer() }
        return self.fragments
    }
}

// Header sections: gathered, decoded, and handed to the codec without their fields.
extension HTTP2FrameGate {
    /// The payload of PRIORITY, or of a frame with a part of a section, has come.
    func gather(_ payload: ByteBuffer, of header: HTTP2FrameHeader, _ context: ChannelHandlerContext) {
        if header.kind == HTTP2FrameHeader.Kind.priority {
            if self.gathering.isSelfDependent(payload, header) {
                self.onStreamFailure?(header.streamID, .protocolError)
            }
            return
        }
        if let error = self.gathering.add(payload, of: header) { return self.fail(error) }
        guard header.endsHeaders, let first = self.gathering.first else { return }
        guard self.decoder.decode(self.gathering.takeFragments()) else { return self.fail(.compressionError) }
        guard !self.gathering.isIgnored else { return }
        self.decoder.section.isSelfDependent = self.gathering.isSelfDependent
        let flags: UInt8 = first.endsStream ? 0x5 : 0x4
        var frame = ByteBuffer()
        HTTP2FrameHeader(length: 0, kind: HTTP2FrameHeader.Kind.headers, flags: flags, streamID: first.streamID)
            .write(into: &frame)
        self.hand(on: frame.readableBytes, of: &frame, context)
    }
}

extension HTTP2FrameHeader {
    /// Whether the frame carries a part of a header section.
    var isOfSection: Bool { self.kind == Kind.headers || self.kind == Kind.continuation }
}
