import NIOCore
import Testing
import Upstream

@Suite("The log hears of lost spans")
struct SpanLossLogTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000)

    private func counts(dropped: Int = 0, refused: Int = 0) -> SpanCounts {
        var counts = SpanCounts()
        counts.dropped = dropped
        counts.refused = refused
        return counts
    }

    @Test func ofTheFirstAtOnceAndThenOnceAMinute() {
        let log = SpanLossLog()
        #expect(log.lost(self.counts(dropped: 1), at: self.start) == self.counts(dropped: 1))
        #expect(log.lost(self.counts(dropped: 1), at: self.start) == nil)
        #expect(log.lost(self.counts(refused: 256), at: self.start + .seconds(59)) == nil)
        let next = log.lost(self.counts(dropped: 1), at: self.start + SpanLossLog.interval)
        #expect(next == self.counts(dropped: 2, refused: 256))
        #expect(log.lost(self.counts(dropped: 1), at: self.start + .seconds(119)) == nil)
        #expect(log.lost(self.counts(dropped: 1), at: self.start + .hours(1)) == self.counts(dropped: 2))
    }

    @Test func fromAllEventLoopsTogether() async {
        let log = SpanLossLog()
        let start = self.start
        let told = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<1_000).reduce(0) { sum, _ in
                        var one = SpanCounts()
                        one.dropped = 1
                        return sum + (log.lost(one, at: start)?.dropped ?? 0)
                    }
                }
            }
            return await group.reduce(0, +)
        }
        let rest = log.lost(self.counts(), at: start + SpanLossLog.interval)
        #expect(told + (rest?.dropped ?? 0) == 8_000)
        #expect(told >= 1)
    }
}
