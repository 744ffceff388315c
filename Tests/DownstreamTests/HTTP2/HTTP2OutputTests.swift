import NIOCore
import TestSupport
import Testing

@testable import Downstream

@Suite("HTTP/2: frames on their way out")
struct HTTP2OutputTests {
    private typealias Kind = HTTP2TestFrame.Kind

    private func frames(_ output: inout HTTP2Output) -> [HTTP2TestFrame] {
        var bytes = Array(output.take().readableBytesView)
        var frames: [HTTP2TestFrame] = []
        while let frame = HTTP2TestFrame.take(&bytes) { frames.append(frame) }
        #expect(bytes.isEmpty)
        return frames
    }

    @Test("are written as they are")
    func kinds() {
        var output = HTTP2Output()
        output.write(settings: [(3, 7), (4, 0x7FFF_FFFF)])
        output.writeSettingsAcknowledgement()
        output.write(ping: 0x0102_0304_0506_0708, isAcknowledgement: true)
        output.write(windowUpdate: 77, 3)
        output.write(reset: 5, .cancel)
        output.write(goAway: .enhanceYourCalm, last: 9)
        _ = output.writeDataHeader(3, length: 2, endsStream: true)
        output.append(ByteBuffer(bytes: [1, 2]))
        #expect(
            self.frames(&output) == [
                .settings([(3, 7), (4, 0x7FFF_FFFF)]), .settingsAcknowledgement,
                .ping([1, 2, 3, 4, 5, 6, 7, 8], flags: 1), .windowUpdate(3, 77), .reset(5),
                .goAway(last: 9, 11), .data(3, [1, 2], endsStream: true),
            ]
        )
        #expect(output.count == 0)
    }

    @Test("a frame that has not been taken can end its stream yet")
    func ending() {
        var output = HTTP2Output()
        let taken = output.writeSection(1, endsStream: false) { $0.writeBytes([1]) }
        _ = self.frames(&output)
        output.write(reset: 3, .cancel)
        let head = output.writeSection(5, endsStream: false) { $0.writeBytes([2]) }
        let data = output.writeDataHeader(7, length: 1, endsStream: false)
        output.append(ByteBuffer(bytes: [3]))
        let ended = [output.endStream(at: taken), output.endStream(at: -1), output.endStream(at: head)]
        #expect(ended == [false, false, true])
        let isDataEnded = output.endStream(at: data)
        #expect(isDataEnded)
        #expect(
            self.frames(&output)
                == [.reset(3), .headers(5, [2], endsStream: true), .data(7, [3], endsStream: true)]
        )
    }

    @Test(
        "a section larger than a frame goes on in CONTINUATION",
        arguments: [0, 1, 16_384, 16_385, 32_768, 32_769, 70_000]
    )
    func sections(_ size: Int) throws {
        var output = HTTP2Output()
        output.write(windowUpdate: 1, 0)
        let section = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        let place = output.writeSection(3, endsStream: false) { $0.writeBytes(section) }
        let isEnded = output.endStream(at: place)
        #expect(isEnded)
        output.write(windowUpdate: 2, 0)
        let frames = self.frames(&output)
        #expect(frames.first == .windowUpdate(0, 1) && frames.last == .windowUpdate(0, 2))
        let parts = frames.dropFirst().dropLast()
        #expect(parts.flatMap(\.payload) == section && parts.allSatisfy { $0.stream == 3 })
        #expect(parts.count == max(1, (size + 16_383) / 16_384))
        let first = try #require(parts.first)
        #expect(first.kind == Kind.headers && first.flags == (parts.count == 1 ? 5 : 1))
        #expect(parts.dropFirst().allSatisfy { $0.kind == Kind.continuation })
        #expect(parts.dropFirst().map(\.flags) == parts.dropFirst().indices.map { $0 == parts.endIndex - 1 ? 4 : 0 })
    }
}

@Suite("HTTP/2: bodies that wait for windows")
struct HTTP2BodyQueueTests {
    @Test("come out as they went in, and small parts together", arguments: [1, 100, 4096, 4097, 20_000])
    func order(_ size: Int) {
        var queue = HTTP2BodyQueue()
        let whole = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        for start in stride(from: 0, to: 10 * size, by: size) {
            queue.append(ByteBuffer(bytes: whole[start % 80_000..<(start % 80_000 + size)]))
        }
        #expect(queue.count == 10 * size)
        var read: [UInt8] = []
        var parts = 0
        while !queue.isEmpty {
            let part = queue.read(upTo: 16_384)
            #expect(part.readableBytes > 0 && part.readableBytes <= 16_384)
            read += part.readableBytesView
            parts += 1
        }
        let expected = stride(from: 0, to: 10 * size, by: size).flatMap { whole[$0 % 80_000..<($0 % 80_000 + size)] }
        #expect(read == expected)
        #expect(size > 4096 || parts <= max(1, 2 * (10 * size + 16_383) / 16_384))
    }

    @Test("are read in steps as small as a window")
    func steps() {
        var queue = HTTP2BodyQueue()
        queue.append(ByteBuffer(bytes: [1, 2, 3]))
        queue.append(ByteBuffer(bytes: [4]))
        #expect((0..<4).map { _ in Array(queue.read(upTo: 1).readableBytesView) } == [[1], [2], [3], [4]])
        #expect(queue.isEmpty && queue.read(upTo: 9).readableBytes == 0)
        queue.append(ByteBuffer(bytes: [5]))
        queue.removeAll()
        #expect(queue.isEmpty && queue.read(upTo: 9).readableBytes == 0)
    }
}
