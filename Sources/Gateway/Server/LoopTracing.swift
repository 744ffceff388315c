import FilterAPI
import Logging
import NIOCore
import Upstream

/// The tracer of one event loop as configurations change.
final class LoopTracing {
    private let upstream: UpstreamLoop
    private let clock: any StreamClock
    private let logger: Logger
    private let warning: OnceInProcess
    private let losses: SpanLossLog
    private var previous: [Tracer] = []
    private var lost = SpanCounts()
    /// The one in force; `nil` for none.
    private(set) var tracer: Tracer?

    /// - Parameters:
    ///   - warning: Whether the log has heard of an export that was taken in part.
    ///   - losses: When it hears of spans that were lost.
    init(
        _ upstream: UpstreamLoop,
        clock: any StreamClock,
        logger: Logger,
        warning: OnceInProcess,
        losses: SpanLossLog
    ) {
        self.upstream = upstream
        self.clock = clock
        self.logger = logger
        self.warning = warning
        self.losses = losses
    }

    /// Goes over to other settings; streams that have begun end with the tracer that they began with.
    func change(to settings: TracingSettings?) {
        guard settings != self.tracer?.settings else { return }
        if let tracer {
            self.forgetPrevious()
            self.previous.append(tracer)
            _ = tracer.retire()
        }
        self.tracer = settings.map {
            self.upstream.makeTracer(
                $0,
                clock: self.clock,
                logger: self.logger,
                warning: self.warning,
                losses: self.losses
            )
        }
    }

    /// What became of all spans.
    var counts: SpanCounts {
        let tracers = self.previous + (self.tracer.map { [$0] } ?? [])
        return tracers.reduce(self.lost) { $0 + $1.counts }
    }

    /// Sends what waits; succeeds when it is sent or lost.
    func finish() -> EventLoopFuture<Void> {
        let ends = (self.previous + (self.tracer.map { [$0] } ?? [])).map { $0.retire() }
        return EventLoopFuture.andAllComplete(ends, on: self.upstream.eventLoop)
    }

    /// Keeps the numbers of all but the last one.
    private func forgetPrevious() {
        guard self.previous.count > 3 else { return }
        self.lost = self.lost + self.previous.removeFirst().counts
    }
}
