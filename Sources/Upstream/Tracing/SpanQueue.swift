package import NIOCore

/// The spans of one event loop that wait to be exported: a pure value of bounded size.
///
/// One export is under way at a time. What cannot be taken in is lost and counted; nobody ever waits.
package struct SpanQueue: Sendable {
    /// What follows when a span was added.
    package enum Added: Sendable, Hashable {
        /// Nothing; an export is due in a while already.
        case nothing
        /// Have ``next()`` asked when the interval has passed.
        case schedule
        /// Ask ``next()`` now.
        case full
        /// It was lost.
        case dropped
    }

    /// What became of an export.
    package enum Outcome: Sendable, Hashable {
        /// The collector has the spans.
        case taken
        /// It has the spans but for so many, which it will never take.
        case takenBut(Int)
        /// It will never take them.
        case refused
        /// It may take them later.
        case unavailable
    }

    /// What follows from an outcome.
    package enum Afterwards: Sendable, Hashable {
        /// Nothing waits.
        case rest
        /// Ask ``next()`` now.
        case goOn
        /// Ask ``next()`` in a while.
        case retry(after: TimeAmount)
    }

    private let serviceName: String
    private let capacity: Int
    private let batchSize: Int
    private var open: SpanBatch
    private var ready: [SpanBatch] = []
    private var isSending = false
    private var isScheduled = false
    private var failuresInARow = 0

    /// Spans that wait or are on their way.
    package var count: Int { self.open.count + self.ready.reduce(0) { $0 + $1.count } }
    /// What became of spans.
    package private(set) var counts = SpanCounts()

    package init(serviceName: String, capacity: Int, batchSize: Int) {
        self.serviceName = serviceName
        self.capacity = capacity
        self.batchSize = batchSize
        self.open = SpanBatch(serviceName: serviceName)
    }

    /// Adds a span that has ended.
    package mutating func append(_ span: Span) -> Added {
        guard self.count < self.capacity else {
            self.counts.dropped += 1
            return .dropped
        }
        self.open.append(span)
        if self.open.count >= self.batchSize {
            self.close()
            return self.isSending ? .nothing : .full
        }
        guard !self.isScheduled else { return .nothing }
        self.isScheduled = true
        return .schedule
    }

    /// The time that was asked for has come.
    package mutating func intervalPassed() {
        self.isScheduled = false
        self.close()
    }

    /// The batch to export now, if there is one and none is on its way.
    package mutating func next() -> SpanBatch? {
        guard !self.isSending, let batch = self.ready.first else { return nil }
        self.isSending = true
        return batch
    }

    /// An export has ended.
    ///
    /// - Parameter isLast: Whether nothing is tried again, since the end has come.
    package mutating func ended(_ outcome: Outcome, isLast: Bool = false) -> Afterwards {
        guard self.isSending, let batch = self.ready.first else { return .rest }
        self.isSending = false
        switch outcome {
        case .taken: self.counts.exported += batch.count
        case .takenBut(let rejected):
            let rejected = min(max(rejected, 0), batch.count)
            self.counts.exported += batch.count - rejected
            self.counts.refused += rejected
        case .unavailable where !isLast:
            self.counts.failedExports += 1
            self.failuresInARow += 1
            return .retry(after: .seconds(1 << Int64(min(self.failuresInARow - 1, 5))))
        case .refused, .unavailable:
            self.counts.failedExports += 1
            self.counts.refused += batch.count
        }
        self.failuresInARow = 0
        self.ready.removeFirst()
        return self.ready.isEmpty ? .rest : .goOn
    }

    private mutating func close() {
        guard self.open.count > 0 else { return }
        self.ready.append(self.open)
        self.open = SpanBatch(serviceName: self.serviceName)
    }
}

/// What became of the spans of an event loop.
package struct SpanCounts: Sendable, Hashable {
    /// Taken by the collector.
    package var exported = 0
    /// Lost since too many waited.
    package var dropped = 0
    /// Lost since the collector did not take them.
    package var refused = 0
    /// Exports that failed, those that are tried again included.
    package var failedExports = 0

    package init() {}

    package static func + (left: SpanCounts, right: SpanCounts) -> SpanCounts {
        var sum = left
        sum.exported += right.exported
        sum.dropped += right.dropped
        sum.refused += right.refused
        sum.failedExports += right.failedExports
        return sum
    }
}
