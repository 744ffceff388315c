package import NIOCore

/// The nine bytes before every frame's payload.
///
/// Source: RFC 9113, section 4.1.
package struct HTTP2FrameHeader: Equatable, Sendable {
    /// The number of bytes of every header.
    package static let size = 9

    /// The types of frames (section 6).
    package enum Kind {
        package static let data: UInt8 = 0
        package static let headers: UInt8 = 1
        package static let priority: UInt8 = 2
        package static let resetStream: UInt8 = 3
        package static let settings: UInt8 = 4
        package static let pushPromise: UInt8 = 5
        package static let ping: UInt8 = 6
        package static let goAway: UInt8 = 7
        package static let windowUpdate: UInt8 = 8
        package static let continuation: UInt8 = 9
    }

    /// Bytes of the payload.
    package var length: Int
    /// The type, one of ``Kind`` or unknown.
    package var kind: UInt8
    /// Bits that mean something else in each type.
    package var flags: UInt8
    /// 0 for the connection.
    package var streamID: UInt32

    /// The flag of DATA and HEADERS.
    package var endsStream: Bool { self.flags & 0x1 != 0 }
    /// The flag of SETTINGS and PING.
    package var isAcknowledgement: Bool { self.flags & 0x1 != 0 }
    /// The flag of HEADERS and CONTINUATION.
    package var endsHeaders: Bool { self.flags & 0x4 != 0 }

    /// The flag of DATA and HEADERS.
    package var isPadded: Bool { self.flags & 0x8 != 0 }
    /// The flag of HEADERS.
    package var hasPriority: Bool { self.flags & 0x20 != 0 }

    /// Makes a header to be written.
    package init(length: Int, kind: UInt8, flags: UInt8 = 0, streamID: UInt32 = 0) {
        self.length = length
        self.kind = kind
        self.flags = flags
        self.streamID = streamID
    }

    /// Reads the header at an offset from the reader index, or `nil` when it is not complete.
    package init?(_ buffer: ByteBuffer, at offset: Int) {
        let start = buffer.readerIndex + offset
        guard let word = buffer.getInteger(at: start, as: UInt64.self),
            let last = buffer.getInteger(at: start + 8, as: UInt8.self)
        else { return nil }
        self.length = Int(truncatingIfNeeded: word >> 40)
        self.kind = UInt8(truncatingIfNeeded: word >> 32)
        self.flags = UInt8(truncatingIfNeeded: word >> 24)
        self.streamID = (UInt32(truncatingIfNeeded: word) << 8 | UInt32(last)) & 0x7FFF_FFFF
    }

    /// Appends the header's bytes.
    package func write(into buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt32(truncatingIfNeeded: self.length) << 8 | UInt32(self.kind))
        buffer.writeInteger(self.flags)
        buffer.writeInteger(self.streamID)
    }
}
