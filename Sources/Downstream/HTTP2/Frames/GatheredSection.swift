import HTTP2
import NIOCore

/// A header section on its way in, a frame at a time: a pure value.
///
/// Source: RFC 9113, sections 4.3 and 6.2.
struct GatheredSection {
    /// The frame that began the section.
    private(set) var first: HTTP2FrameHeader?
    /// Whether the section is decoded and goes no further.
    private(set) var isIgnored = false
    /// Whether the stream was said to depend on itself, which is an error of the stream (RFC 7540, section 5.3.1).
    private(set) var isSelfDependent = false
    private var fragments = ByteBuffer()

    /// The header of a frame has come, which the inspector has let pass.
    mutating func begin(_ header: HTTP2FrameHeader, isIgnored: Bool) {
        guard header.kind == HTTP2FrameHeader.Kind.headers else { return }
        self.first = header
        self.isIgnored = isIgnored
        self.isSelfDependent = false
    }

    /// The payload has come.
    ///
    /// - Returns: The error of the connection, if it is one.
    mutating func add(_ payload: ByteBuffer, of header: HTTP2FrameHeader) -> HTTP2ErrorCode? {
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

    /// The whole section, which is forgotten here.
    mutating func takeFragments() -> ByteBuffer {
        defer { self.fragments = ByteBuffer() }
        return self.fragments
    }
}

extension HTTP2FrameHeader {
    /// Whether the frame carries a part of a header section.
    var isOfSection: Bool { self.kind == Kind.headers || self.kind == Kind.continuation }
}
