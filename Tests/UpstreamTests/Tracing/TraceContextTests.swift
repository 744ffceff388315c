import FilterAPI
import Testing
import Upstream

@Suite("A traceparent is read as W3C Trace Context says")
struct TraceContextTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let span = "b7ad6b7169203331"

    @Test(
        "valid",
        arguments: [
            ("00-\(trace)-\(span)-01", true), ("00-\(trace)-\(span)-00", false), ("00-\(trace)-\(span)-ff", true),
            ("01-\(trace)-\(span)-01", true), ("cc-\(trace)-\(span)-03-more", true), ("fe-\(trace)-\(span)-02", false),
        ]
    )
    func valid(_ text: String, _ isSampled: Bool) throws {
        let context = try #require(self.read(text))
        #expect(context.traceID.description == Self.trace)
        #expect(context.spanID == 0xB7AD_6B71_6920_3331)
        #expect(context.isSampled == isSampled)
        #expect(context.traceparent == "00-\(Self.trace)-\(Self.span)-0\(isSampled ? 1 : 0)")
    }

    @Test(
        "invalid",
        arguments: [
            "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-0", "00-\(trace)-\(span)-01-more",
            "00-\(trace)-\(span)-01 ", "ff-\(trace)-\(span)-01", "0g-\(trace)-\(span)-01", "cc-\(trace)-\(span)-01.x",
            "00-00000000000000000000000000000000-\(span)-01", "00-\(trace)-0000000000000000-01",
            "00-\(trace.uppercased())-\(span)-01", "00_\(trace)-\(span)-01", "00-\(trace)_\(span)-01",
            "00-\(trace)-\(span)_01", "00-\(trace)-\(span)-0x",
        ]
    )
    func invalid(_ text: String) {
        #expect(self.read(text) == nil)
    }

    @Test func aRequestWithTwoOfThemSaysNothing() {
        var head = RequestHead()
        let first = "00-\(Self.trace)-\(Self.span)-01"
        head.headers.add(.traceparent, first)
        #expect(head.traceContext?.traceparent == first)
        head.headers.add(.traceparent, first)
        #expect(head.traceContext == nil)
    }

    private func read(_ text: String) -> TraceContext? {
        Array(text.utf8).withUnsafeBytes { TraceContext(traceparent: $0) }
    }
}

@Suite("Which streams are recorded")
struct SamplingTests {
    private let parent = TraceContext(traceID: TraceID(high: 1, low: 2), spanID: 3, isSampled: true)

    @Test(arguments: [0.0, 0.1, 0.5, 1.0])
    func aShareOfThoseThatNobodyDecidedAbout(_ share: Double) {
        var settings = TracingSettings(service: "otel.static")
        settings.sampling = share
        var random = LoopRandom(seed: 7)
        let count = (0..<10_000).count { _ in settings.context(after: nil, using: &random).isSampled }
        #expect(abs(Double(count) / 10_000 - share) < 0.02)
        if share == 0 { #expect(count == 0) }
        if share == 1 { #expect(count == 10_000) }
    }

    @Test func theCallersDecisionIsFollowed() {
        var settings = TracingSettings(service: "otel.static")
        settings.sampling = 0
        var random = LoopRandom(seed: 7)
        let followed = settings.context(after: self.parent, using: &random)
        #expect(followed.isSampled && followed.traceID == self.parent.traceID && followed.spanID != self.parent.spanID)
        settings.sampling = 1
        var unsampled = self.parent
        unsampled.isSampled = false
        let other = settings.context(after: unsampled, using: &random)
        #expect(!other.isSampled)
    }

    @Test func unlessTheConfigurationSaysOtherwise() {
        var settings = TracingSettings(service: "otel.static")
        settings.isParentBased = false
        settings.sampling = 0
        var random = LoopRandom(seed: 7)
        let context = settings.context(after: self.parent, using: &random)
        #expect(!context.isSampled && context.traceID == self.parent.traceID)
    }

    @Test func gatewaysDecideAlikeAboutATrace() {
        var settings = TracingSettings(service: "otel.static")
        settings.isParentBased = false
        settings.sampling = 0.3
        var random = LoopRandom(seed: 1)
        var other = LoopRandom(seed: 2)
        for low in stride(from: UInt64(1), to: UInt64.max / 2, by: Int(UInt64.max / 200)) {
            let parent = TraceContext(traceID: TraceID(high: 9, low: low), spanID: 1, isSampled: true)
            let (here, there) = (
                settings.context(after: parent, using: &random), settings.context(after: parent, using: &other)
            )
            #expect(here.isSampled == there.isSampled && here.traceID == there.traceID)
        }
    }
}
