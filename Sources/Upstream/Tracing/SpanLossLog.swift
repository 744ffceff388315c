package import NIOCore
import Synchronization

/// Decides when the log hears of lost spans, whichever event loops lose them: of the first at once, of further ones once
/// a minute at most. Counting takes no lock, since a collector that is away may cost a span of every stream.
package final class SpanLossLog: Sendable {
    /// The least time between two lines.
    package static let interval = TimeAmount.seconds(60)

    private let dropped = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)
    /// When the next line may be written, in nanoseconds of ``NIODeadline``.
    private let next = Atomic<UInt64>(0)

    package init() {}

    /// Counts lost spans.
    ///
    /// - Returns: all that the log has not heard of, when the caller is to tell it now.
    package func lost(_ spans: SpanCounts, at now: NIODeadline) -> SpanCounts? {
        self.dropped.wrappingAdd(spans.dropped, ordering: .relaxed)
        self.refused.wrappingAdd(spans.refused, ordering: .relaxed)
        let due = self.next.load(ordering: .relaxed)
        guard now.uptimeNanoseconds >= due else { return nil }
        let later = (now + SpanLossLog.interval).uptimeNanoseconds
        guard self.next.compareExchange(expected: due, desired: later, ordering: .relaxed).exchanged else { return nil }
        var unsaid = SpanCounts()
        unsaid.dropped = self.dropped.exchange(0, ordering: .relaxed)
        unsaid.refused = self.refused.exchange(0, ordering: .relaxed)
        return unsaid
    }
}
