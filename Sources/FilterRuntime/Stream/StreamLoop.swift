package import FilterAPI
package import Logging
package import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What all streams of one event loop share.
package final class StreamLoop {
    package let eventLoop: any EventLoop
    package let executor: LoopExecutor
    package let callouts: any Callouts
    package let clock: any StreamClock
    package let logger: Logger

    /// Streams that have ended.
    @exclusivity(unchecked) package internal(set) var statistics = StreamStatistics()
    /// What the filters of these streams did.
    let filters = FilterLedger()
    /// What became of these streams by their routes.
    package let routes = RequestLedger()
    /// What became of these streams by the listeners that they came by.
    package let listeners = RequestLedger()
    /// Streams that have begun and not ended.
    @exclusivity(unchecked) package var liveStreams = 0
    /// Streams that are tunnels.
    package var liveTunnels = 0
    /// Operations of filters that have begun and not ended, cancelled ones included.
    package var liveOperations = 0
    /// Detached work that has begun and not ended.
    package var liveDetached = 0
    private var waitingForDetached: [EventLoopPromise<Void>] = []

    package init(eventLoop: any EventLoop, callouts: any Callouts, clock: any StreamClock, logger: Logger) {
        self.eventLoop = eventLoop
        self.executor = LoopExecutor(eventLoop)
        self.callouts = callouts
        self.clock = clock
        self.logger = logger
    }

    /// What the entries of the chain did, by their names.
    package var filterCounts: [String: FilterCounts] { self.filters.counts }

    /// Succeeds when no detached work is under way.
    package func detachedDone() -> EventLoopFuture<Void> {
        let promise = self.eventLoop.makePromise(of: Void.self)
        if self.liveDetached == 0 { promise.succeed() } else { self.waitingForDetached.append(promise) }
        return promise.futureResult
    }

    /// Begins work of a filter that belongs to no stream.
    package func detach(_ operation: FilterOperation) { Stream.detach(operation, on: self) }

    func detachedFinished() {
        self.liveDetached -= 1
        guard self.liveDetached == 0 else { return }
        for promise in self.waitingForDetached { promise.succeed() }
        self.waitingForDetached = []
    }
}

/// The machine's clocks.
package final class SystemClock: StreamClock {
    package init() {}

    package var now: NIODeadline { .now() }

    package var nanosecondsSince1970: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
