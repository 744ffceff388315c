import FilterAPI
import NIOCore
import Synchronization

/// How calls to one store or provider end: counted, logged, and held back for a while after failures in a row.
///
/// Vectors that cannot be used are logged once for each thing that is wrong with them, and again after a while.
final class ProviderHealth: Sendable {
    private let breaker = Mutex(Breaker())
    private let failures: Counter
    private let time: Histogram
    private let log: CacheLog
    private let badVectors = Mutex(LoggedCauses())

    init(_ tier: AICacheMetrics.Tier, _ metrics: AICacheMetrics, _ log: CacheLog) {
        self.failures = metrics.failures(of: tier)
        self.time = metrics.time(of: tier)
        self.log = log
    }

    /// Whether it may be called now; see ``Breaker``. Each call that may has to report its end.
    func allowsCall(at now: NIODeadline) -> Bool {
        self.breaker.withLock { $0.allowsCall(at: now) }
    }

    func condition(at now: NIODeadline) -> Breaker.Condition { self.breaker.withLock { $0.condition(at: now) } }

    /// How many calls of the process to a store or provider of this tier failed.
    var errorCount: Int { self.failures.value }

    /// Notes how a call ended.
    ///
    /// - Parameters:
    ///   - error: What went wrong; `nil` for nothing.
    ///   - action: What was being done, for the log.
    ///   - start: When the call began; `nil` for a call that waited for nothing.
    ///   - now: The time.
    func callEnded(_ error: (any Error)?, _ action: StaticString, since start: NIODeadline? = nil, at now: NIODeadline)
    {
        if let start { self.time.record(nanoseconds: Int((now - start).nanoseconds)) }
        switch error {
        case nil: self.breaker.withLock { $0.succeeded() }
        case let error as CalloutError where error.code == .cancelled:
            self.breaker.withLock { $0.abandoned() }
        case is CancellationError: self.breaker.withLock { $0.abandoned() }
        // It says so itself, and knows better when it can be asked again.
        case is EmbedderBusy: self.breaker.withLock { $0.abandoned() }
        // It looked at the text, and found no fault but its length.
        case is TextTooLong: self.breaker.withLock { $0.succeeded() }
        case let error?:
            // A key of another type says nothing about the store's health.
            let isOneKey = (error as? CalloutError)?.message.contains("WRONGTYPE") == true
            self.breaker.withLock { if isOneKey { $0.succeeded() } else { $0.failed(at: now) } }
            self.failures.increment()
            // It will be the same with the next vector; the counter tells how often.
            if let error = error as? ProviderError, error.code == .badVector,
                !self.badVectors.withLock({ $0.isDue(error.message, at: now) })
            {
                return
            }
            self.log.failure(action, "\(error)")
        }
    }
}
