import HTTP2
import NIOCore
import TestSupport
import Testing

@testable import Downstream

@Suite("HTTP/2: cutting bytes into frames")
struct HTTP2FrameReaderTests {
    private typealias Kind = HTTP2TestFrame.Kind

    private static let frames: [HTTP2TestFrame] = [
        .settings([(4, 7)]), .headers(1, [1, 2, 3]), .data(1, Array(0..<40)),
        HTTP2TestFrame(kind: Kind.data, flags: 9, stream: 1, payload: [3] + Array(50..<60) + [0, 0, 0]),
        HTTP2TestFrame(kind: Kind.data, flags: 8, stream: 3, payload: [2, 0, 0]), .data(1, [], endsStream: true),
        HTTP2TestFrame(kind: 0xEE, flags: 0xFF, stream: 7, payload: [9, 9]), .ping(),
    ]

    /// What the frames come to, with DATA put together and without its padding.
    private static let lines = [
        "4 0 [0, 4, 0, 0, 0, 7]", "1 1 [1, 2, 3]", "0 1 \(Array(0..<40))", "0 1 \(Array(50..<60)) of padding 4",
        "0 3 [] of padding 3", "0 1 []", "238 7 [9, 9]", "6 0 [7, 7, 7, 7, 7, 7, 7, 7]",
    ]

    private func lines(_ parts: [[UInt8]]) -> [String] {
        var reader = HTTP2FrameReader()
        var lines: [String] = []
        var data: [UInt8] = []
        var ending = ""
        for part in parts {
            reader.receive(ByteBuffer(bytes: part))
            reading: while true {
                switch reader.next() {
                case .more: break reading
                case .header(let header, let padding):
                    lines.append("\(header.kind) \(header.streamID) ")
                    ending = padding > 0 ? " of padding \(padding)" : ""
                case .payload(let payload): lines[lines.count - 1] += "\(Array(payload.readableBytesView))"
                case .data(let bytes, let isLast):
                    data += bytes.readableBytesView
                    if isLast {
                        lines[lines.count - 1] += "\(data)\(ending)"
                        data = []
                    }
                case .failed(let code):
                    lines.append("failed \(code)")
                    break reading
                }
            }
        }
        return lines
    }

    @Test("gives the same frames however the bytes come", arguments: [1, 2, 3, 7, 8, 9, 10, 25, 64, 1000])
    func cuts(_ size: Int) {
        let bytes = HTTP2Client.preface + Self.frames.flatMap(\.bytes)
        let parts = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        #expect(self.lines(parts) == Self.lines)
    }

    @Test(
        "fails for what is no HTTP/2, and for padding that has no room",
        arguments: [
            (Array("PRI * HTTP/2.1".utf8), HTTP2ErrorCode.protocolError), ([0], .protocolError),
            (
                HTTP2Client.preface + HTTP2TestFrame(kind: 0, flags: 8, stream: 1, payload: []).bytes,
                .frameSizeError
            ),
            (
                HTTP2Client.preface + HTTP2TestFrame(kind: 0, flags: 8, stream: 1, payload: [1]).bytes,
                .protocolError
            ),
            (
                HTTP2Client.preface + HTTP2TestFrame(kind: 0, flags: 8, stream: 1, payload: [3, 0, 0]).bytes,
                .protocolError
            ),
        ]
    )
    func failure(_ bytes: [UInt8], _ code: HTTP2ErrorCode) {
        #expect(self.lines([bytes]) == ["failed \(code)"])
    }

    @Test("hands on data before its frame is complete, and keeps nothing of it")
    func parts() {
        var reader = HTTP2FrameReader()
        reader.receive(ByteBuffer(bytes: HTTP2Client.preface))
        #expect(reader.next() == .more)
        let frame = HTTP2TestFrame.data(5, [1, 2, 3, 4]).bytes
        reader.receive(ByteBuffer(bytes: frame.dropLast(2)))
        #expect(reader.next() == .header(HTTP2FrameHeader(length: 4, kind: 0, streamID: 5), padding: 0))
        #expect(reader.next() == .data(ByteBuffer(bytes: [1, 2]), isLast: false))
        #expect(reader.next() == .more)
        #expect(!reader.hasBytes)
        reader.receive(ByteBuffer(bytes: [3, 4]))
        #expect(reader.next() == .data(ByteBuffer(bytes: [3, 4]), isLast: true))
    }
}
