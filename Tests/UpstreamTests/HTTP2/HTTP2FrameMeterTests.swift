import NIOCore
import TestSupport
import Testing

@testable import Upstream

/// Floods of a service, frame by frame.
struct HTTP2FrameMeterTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func read(_ frames: [HTTP2TestFrame], _ meter: inout HTTP2FrameMeter) -> HTTP2FrameMeter.Flood? {
        meter.read(ByteBuffer(bytes: frames.flatMap(\.bytes)), at: Self.start)
    }

    private static let floods: [(frame: HTTP2TestFrame, limit: Int, reason: String)] = [
        (.settings(), 1000, "too many control frames"),
        (.settingsAcknowledgement, 1000, "too many control frames"),
        (.ping(), 1000, "too many control frames"),
        (.goAway(last: 1), 1000, "too many control frames"),
        (HTTP2TestFrame(kind: 2, stream: 1, payload: [0, 0, 0, 0, 0]), 1000, "too many control frames"),
        (HTTP2TestFrame(kind: 77), 1000, "too many control frames"),
        (.data(1, []), 100, "too many empty DATA frames"),
        (HTTP2TestFrame(kind: 0, flags: 8, stream: 1, payload: [0]), 100, "too many empty DATA frames"),
        (HTTP2TestFrame(kind: 0, flags: 8, stream: 1, payload: [3, 0, 0, 0]), 100, "too many empty DATA frames"),
        (.reset(1), 100, "too many resets"),
        (.windowUpdate(0, 1), 1000, "too many window updates"),
        (.continuation(1, [], endsHeaders: false), 16, "a header section beyond the limits"),
    ]

    @Test(arguments: floods)
    func floodsAreBounded(_ frame: HTTP2TestFrame, _ limit: Int, _ reason: String) {
        var meter = HTTP2FrameMeter(sectionBytes: 1000)
        let outcome1 = read(Array(repeating: frame, count: limit), &meter)
        #expect(outcome1 == nil)
        let outcome2 = read([frame], &meter)
        #expect(outcome2 == HTTP2FrameMeter.Flood(reason))
    }

    @Test func whatAWellBehavedServiceSendsIsNoFlood() {
        var meter = HTTP2FrameMeter(sectionBytes: 1000)
        let response: [HTTP2TestFrame] = [
            .headers(1, [1, 2, 3]), .data(1, [1]), .windowUpdate(1, 9), .windowUpdate(0, 9),
            .data(1, [], endsStream: true),
            .reset(1, 0),
        ]
        for _ in 0..<10_000 {
            meter.openedStream()
            let flood = read(response, &meter)
            #expect(flood == nil)
        }
    }

    @Test(
        arguments: [
            (8, [0, 1]), (8, [1, 1, 0]), (9, [0]), (9, [2, 0, 0]), (0, [0]),
        ] as [(UInt8, [UInt8])]
    )
    func paddedFramesWithDataAndLastOnesAreNotEmpty(_ flags: UInt8, _ payload: [UInt8]) {
        var meter = HTTP2FrameMeter(sectionBytes: 1000)
        let frame = HTTP2TestFrame(kind: 0, flags: flags, stream: 1, payload: payload)
        let flood = read(Array(repeating: frame, count: 1000), &meter)
        #expect(flood == nil)
    }

    @Test func aPaddedFrameIsCountedWhereverItIsCut() {
        var meter = HTTP2FrameMeter(sectionBytes: 1000)
        let frame = HTTP2TestFrame(kind: 0, flags: 8, stream: 1, payload: [2, 0, 0])
        var flood: HTTP2FrameMeter.Flood?
        for byte in Array(repeating: frame.bytes, count: 101).flatMap(\.self) where flood == nil {
            flood = meter.read(ByteBuffer(bytes: [byte]), at: Self.start)
        }
        #expect(flood == HTTP2FrameMeter.Flood("too many empty DATA frames"))
    }

    @Test func timeForgivesControlFrames() {
        var meter = HTTP2FrameMeter(sectionBytes: 1000)
        let outcome3 = read(Array(repeating: .ping(), count: 1000), &meter)
        #expect(outcome3 == nil)
        let later = Self.start + .seconds(1)
        let pings = ByteBuffer(bytes: Array(repeating: HTTP2TestFrame.ping().bytes, count: 100).flatMap(\.self))
        let floods = [
            meter.read(pings, at: later), meter.read(ByteBuffer(bytes: HTTP2TestFrame.ping().bytes), at: later),
        ]
        #expect(floods == [nil, HTTP2FrameMeter.Flood("too many control frames")])
    }

    @Test func aSectionIsMeasuredOverItsFrames() {
        var meter = HTTP2FrameMeter(sectionBytes: 1000)
        let part = [UInt8](repeating: 0, count: 500)
        let outcome4 = read([.headers(1, part, endsHeaders: false), .continuation(1, part)], &meter)
        #expect(outcome4 == nil)
        let outcome5 = read([.headers(3, part, endsHeaders: false), .continuation(3, part + [0])], &meter)
        #expect(outcome5 != nil)
        meter = HTTP2FrameMeter(sectionBytes: 1000)
        let outcome6 = read([.headers(5, part + part + [0])], &meter)
        #expect(outcome6 != nil)
    }

    @Test(arguments: 1...20)
    func framesMayArriveInAnyParts(_ size: Int) {
        var meter = HTTP2FrameMeter(sectionBytes: 1000)
        let frames: [HTTP2TestFrame] = [
            .settings([(3, 5)]), .headers(1, Array(0..<30)), .data(1, Array(0..<100)), .data(1, [1], endsStream: true),
        ]
        let bytes = frames.flatMap(\.bytes)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let part = bytes[start..<min(start + size, bytes.count)]
            let flood = meter.read(ByteBuffer(bytes: part), at: Self.start)
            #expect(flood == nil)
        }
        let counts = [meter.takeDataBytes(), meter.takeDataBytes()]
        #expect(counts == [101, 0])
    }
}
