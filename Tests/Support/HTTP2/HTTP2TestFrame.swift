/// A frame with exactly the bytes that a test wants, right or wrong.
package struct HTTP2TestFrame: Sendable, Equatable, CustomStringConvertible {
    package enum Kind {
        package static let data: UInt8 = 0
        package static let headers: UInt8 = 1
        package static let priority: UInt8 = 2
        package static let reset: UInt8 = 3
        package static let settings: UInt8 = 4
        package static let pushPromise: UInt8 = 5
        package static let ping: UInt8 = 6
        package static let goAway: UInt8 = 7
        package static let windowUpdate: UInt8 = 8
        package static let continuation: UInt8 = 9
    }

    package var kind: UInt8
    package var flags: UInt8 = 0
    package var stream: UInt32 = 0
    package var payload: [UInt8] = []

    package init(kind: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) {
        self.kind = kind
        self.flags = flags
        self.stream = stream
        self.payload = payload
    }

    package var description: String {
        "frame \(self.kind) flags \(self.flags) stream \(self.stream) \(self.payload.prefix(24)) (\(self.payload.count))"
    }

    package var bytes: [UInt8] {
        let length = self.payload.count
        return [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), self.kind, self.flags]
            + self.stream.bigEndianBytes + self.payload
    }

    /// The four bytes at an offset of the payload as a number.
    package func number(at offset: Int) -> UInt32 {
        self.payload.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Takes a frame off received bytes.
    package static func take(_ bytes: inout [UInt8]) -> HTTP2TestFrame? {
        guard bytes.count >= 9 else { return nil }
        let length = Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])
        guard bytes.count >= 9 + length else { return nil }
        let stream = bytes[5..<9].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        defer { bytes.removeFirst(9 + length) }
        return HTTP2TestFrame(kind: bytes[3], flags: bytes[4], stream: stream, payload: Array(bytes[9..<(9 + length)]))
    }
}

extension HTTP2TestFrame {
    package static func headers(
        _ stream: UInt32,
        _ block: [UInt8],
        endsStream: Bool = false,
        endsHeaders: Bool = true
    ) -> HTTP2TestFrame {
        HTTP2TestFrame(
            kind: Kind.headers,
            flags: (endsStream ? 1 : 0) | (endsHeaders ? 4 : 0),
            stream: stream,
            payload: block
        )
    }

    package static func continuation(_ stream: UInt32, _ block: [UInt8], endsHeaders: Bool = true) -> HTTP2TestFrame {
        HTTP2TestFrame(kind: Kind.continuation, flags: endsHeaders ? 4 : 0, stream: stream, payload: block)
    }

    package static func data(_ stream: UInt32, _ bytes: [UInt8], endsStream: Bool = false) -> HTTP2TestFrame {
        HTTP2TestFrame(kind: Kind.data, flags: endsStream ? 1 : 0, stream: stream, payload: bytes)
    }

    package static func reset(_ stream: UInt32, _ code: UInt32 = 8) -> HTTP2TestFrame {
        HTTP2TestFrame(kind: Kind.reset, stream: stream, payload: code.bigEndianBytes)
    }

    package static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> HTTP2TestFrame {
        HTTP2TestFrame(kind: Kind.windowUpdate, stream: stream, payload: increment.bigEndianBytes)
    }

    package static func settings(_ values: [(UInt16, UInt32)] = []) -> HTTP2TestFrame {
        HTTP2TestFrame(
            kind: Kind.settings,
            payload: values.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] + $1.bigEndianBytes }
        )
    }

    package static let settingsAcknowledgement = HTTP2TestFrame(kind: Kind.settings, flags: 1)

    package static func goAway(last: UInt32, _ code: UInt32 = 0) -> HTTP2TestFrame {
        HTTP2TestFrame(kind: Kind.goAway, payload: last.bigEndianBytes + code.bigEndianBytes)
    }

    package static func ping(_ payload: [UInt8] = Array(repeating: 7, count: 8), flags: UInt8 = 0) -> HTTP2TestFrame {
        HTTP2TestFrame(kind: Kind.ping, flags: flags, payload: payload)
    }
}

extension UInt32 {
    package var bigEndianBytes: [UInt8] {
        [UInt8(self >> 24 & 0xFF), UInt8(self >> 16 & 0xFF), UInt8(self >> 8 & 0xFF), UInt8(self & 0xFF)]
    }
}
