import Foundation
import NIOCore
import Testing
import Upstream

/// A queue by reference, since expectations cannot change a value.
private final class QueueUnderTest {
    private var queue: SpanQueue

    init(_ queue: SpanQueue) { self.queue = queue }

    var count: Int { self.queue.count }
    var counts: SpanCounts { self.queue.counts }

    func append(_ span: Span) -> SpanQueue.Added { self.queue.append(span) }
    func intervalPassed() { self.queue.intervalPassed() }
    func next() -> SpanBatch? { self.queue.next() }

    func ended(_ outcome: SpanQueue.Outcome, isLast: Bool = false) -> SpanQueue.Afterwards {
        self.queue.ended(outcome, isLast: isLast)
    }
}

@Suite("Spans wait in bounded memory")
struct SpanQueueTests {
    private func span(_ name: String = "s") -> Span {
        let context = TraceContext(traceID: TraceID(high: 1, low: 2), spanID: 3, isSampled: true)
        return Span(name, .server, context, parentID: nil, start: 1, end: 2)
    }

    private func queue(_ capacity: Int, _ batchSize: Int) -> QueueUnderTest {
        QueueUnderTest(SpanQueue(serviceName: "sluice", capacity: capacity, batchSize: batchSize))
    }

    @Test func theFirstAsksForATimerAndAFullBatchForAnExport() throws {
        let queue = self.queue(10, 3)
        #expect(queue.append(self.span()) == .schedule)
        #expect(queue.append(self.span()) == .nothing)
        #expect(queue.next() == nil)
        #expect(queue.append(self.span()) == .full)
        #expect(try #require(queue.next()).count == 3)
        #expect(queue.ended(.taken) == .rest)
        #expect(queue.counts.exported == 3 && queue.count == 0)
        #expect(queue.append(self.span()) == .nothing)
        queue.intervalPassed()
        #expect(queue.next()?.count == 1)
    }

    @Test func oneExportIsUnderWayAtATime() {
        let queue = self.queue(10, 1)
        _ = queue.append(self.span())
        #expect(queue.next() != nil)
        #expect(queue.append(self.span()) == .nothing)
        #expect(queue.next() == nil)
        #expect(queue.ended(.taken) == .goOn)
        #expect(queue.next() != nil)
    }

    @Test func whatIsTooMuchIsLostAndCounted() {
        let queue = self.queue(4, 2)
        var answers: [SpanQueue.Added] = []
        for _ in 0..<7 { answers.append(queue.append(self.span())) }
        #expect(answers.suffix(3).allSatisfy { $0 == .dropped })
        #expect(queue.count == 4 && queue.counts.dropped == 3)
    }

    @Test func aCollectorThatIsAwayIsAskedAgainLaterAndLater() {
        let queue = self.queue(10, 1)
        _ = queue.append(self.span())
        var pauses: [TimeAmount] = []
        for _ in 0..<8 {
            let batch = queue.next()
            #expect(batch?.count == 1)
            guard case .retry(let pause) = queue.ended(.unavailable) else {
                Issue.record("no retry")
                return
            }
            pauses.append(pause)
        }
        #expect(pauses.map { $0.nanoseconds / 1_000_000_000 } == [1, 2, 4, 8, 16, 32, 32, 32])
        #expect(queue.counts.failedExports == 8 && queue.count == 1)
        _ = queue.next()
        #expect(queue.ended(.taken) == .rest)
    }

    @Test func whatIsRefusedIsNotSentAgain() {
        let queue = self.queue(10, 2)
        for _ in 0..<4 { _ = queue.append(self.span()) }
        _ = queue.next()
        #expect(queue.ended(.refused) == .goOn)
        #expect(queue.counts.refused == 2)
        _ = queue.next()
        #expect(queue.ended(.unavailable, isLast: true) == .rest)
        #expect(queue.counts.refused == 4 && queue.count == 0)
    }

    @Test(arguments: [(0, 3, 0), (1, 2, 1), (3, 0, 3), (7, 0, 3), (-1, 3, 0)])
    func whatIsTakenInPartIsCountedSo(_ rejected: Int, _ exported: Int, _ refused: Int) {
        let queue = self.queue(10, 3)
        for _ in 0..<3 { _ = queue.append(self.span()) }
        _ = queue.next()
        #expect(queue.ended(.takenBut(rejected)) == .rest)
        #expect(queue.counts.exported == exported && queue.counts.refused == refused)
        #expect(queue.counts.failedExports == 0 && queue.count == 0)
    }

    @Test(arguments: [(200, SpanQueue.Outcome.taken), (202, .taken), (400, .refused), (404, .refused), (500, .refused)])
    func anAnswerMeans(_ status: Int, _ outcome: SpanQueue.Outcome) {
        #expect(SpanQueue.Outcome(status: status) == outcome)
    }

    @Test(arguments: [429, 502, 503, 504])
    func anAnswerAsksForPatience(_ status: Int) {
        #expect(SpanQueue.Outcome(status: status) == .unavailable)
    }

    @Test func aBatchIsAnExportRequestInJSON() throws {
        var batch = SpanBatch(serviceName: "edge \"1\"")
        let context = TraceContext(traceID: TraceID(high: 0xA, low: 0xB), spanID: 0xC, isSampled: true)
        var span = Span("GET \"x\"\n\u{1}é", .client, context, parentID: 0xD, start: 5, end: 1_700_000_000_000_000_001)
        span.set("text", "a\\b\t")
        span.set("none", nil)
        span.set("number", 7)
        span.set("truth", true)
        span.failure = "it \"broke\""
        batch.append(span)
        batch.append(self.span("second"))
        #expect(batch.count == 2)
        let object = try JSONSerialization.jsonObject(with: Data(String(buffer: batch.body).utf8)) as? [String: Any]
        let resource = try #require((object?["resourceSpans"] as? [[String: Any]])?.first)
        let named = (resource["resource"] as? [String: Any])?["attributes"] as? [[String: Any]]
        #expect((named?.first?["value"] as? [String: Any])?["stringValue"] as? String == "edge \"1\"")
        let spans = try #require(((resource["scopeSpans"] as? [[String: Any]])?.first)?["spans"] as? [[String: Any]])
        #expect(spans.count == 2)
        let first = spans[0]
        #expect(first["traceId"] as? String == "000000000000000a000000000000000b")
        #expect(first["spanId"] as? String == "000000000000000c")
        #expect(first["parentSpanId"] as? String == "000000000000000d")
        #expect(first["name"] as? String == "GET \"x\"\n\u{1}é")
        #expect(first["kind"] as? Int == 3)
        #expect(first["endTimeUnixNano"] as? String == "1700000000000000001")
        #expect((first["status"] as? [String: Any])?["message"] as? String == "it \"broke\"")
        let attributes = try #require(first["attributes"] as? [[String: Any]])
        #expect(attributes.compactMap { $0["key"] as? String } == ["text", "number", "truth"])
        #expect((attributes[1]["value"] as? [String: Any])?["intValue"] as? String == "7")
        #expect(spans[1]["parentSpanId"] == nil && spans[1]["attributes"] == nil && spans[1]["status"] == nil)
    }
}
