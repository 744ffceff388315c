import Downstream
import FilterAPI
import FilterRuntime
import GatewayConfiguration
import Logging
import NIOCore
import Upstream

/// Everything of one event loop: its clients, its streams and its connections to services.
///
/// Made and used on that loop.
final class GatewayLoop {
    let downstream: DownstreamLoop
    let upstream: UpstreamLoop
    let callouts: ServiceCallouts
    private let streams: StreamLoop
    private let tracing: LoopTracing

    init(
        eventLoop: any EventLoop,
        plan: GatewayPlan,
        services: ServiceSet,
        registry: ServiceRegistry,
        overload: OverloadSignal,
        spanWarning: OnceInProcess,
        spanLosses: SpanLossLog,
        logger: Logger
    ) {
        self.upstream = UpstreamLoop(eventLoop: eventLoop, services: services, registry: registry)
        self.callouts = ServiceCallouts(self.upstream, logger: logger)
        let clock = SystemClock()
        self.streams = StreamLoop(eventLoop: eventLoop, callouts: self.callouts, clock: clock, logger: logger)
        self.tracing = LoopTracing(
            self.upstream,
            clock: clock,
            logger: logger,
            warning: spanWarning,
            losses: spanLosses
        )
        self.tracing.change(to: plan.configuration.tracing.map { TracingSettings($0) })
        self.downstream = DownstreamLoop(
            streams: self.streams,
            snapshot: LoopSnapshot(plan, upstream: self.upstream, tracer: self.tracing.tracer),
            trustedProxies: plan.configuration.trustedProxies,
            overload: overload
        )
    }

    /// Goes over to another configuration within one turn of the loop: streams that begin later have all of it, the
    /// others nothing.
    func change(to plan: GatewayPlan, services: ServiceSet) {
        self.upstream.update(to: services)
        self.tracing.change(to: plan.configuration.tracing.map { TracingSettings($0) })
        self.downstream.change(
            to: LoopSnapshot(plan, upstream: self.upstream, tracer: self.tracing.tracer),
            trustedProxies: plan.configuration.trustedProxies
        )
        self.upstream.closeUnused()
    }

    /// What is alive on the loop.
    struct Census: Sendable {
        var connections = 0
        var shed = 0
        var ended = StreamStatistics()
        var streams = 0
        var tunnels = 0
        var operations = 0
        var detached = 0
        var failedHandshakes = 0
        var filters: [String: FilterCounts] = [:]
        var routes: [String: RequestCounts] = [:]
        var listeners: [String: RequestCounts] = [:]
        var services: [String: ServiceCounters] = [:]
        var spans = SpanCounts()
    }

    var census: Census {
        Census(
            connections: self.downstream.connectionCount,
            shed: self.downstream.shedRequests,
            ended: self.streams.statistics,
            streams: self.streams.liveStreams,
            tunnels: self.streams.liveTunnels,
            operations: self.streams.liveOperations,
            detached: self.streams.liveDetached,
            failedHandshakes: self.downstream.failedHandshakes,
            filters: self.streams.filterCounts,
            routes: self.streams.routes.counts,
            listeners: self.streams.listeners.counts,
            services: self.upstream.counters,
            spans: self.tracing.counts
        )
    }

    /// Begins work of a filter that belongs to no stream, and calls `done` with what it gave.
    func perform<Result: Sendable>(
        _ operation: nonisolated(nonsending) @escaping (any Callouts) async -> Result,
        done: @escaping (Result) -> Void
    ) {
        let callouts = self.callouts
        self.streams.detach(
            FilterOperation {
                done(await operation(callouts))
                return .continue
            }
        )
    }

    /// Ends the clients' connections, each after its current stream, and waits for what filters do after their streams.
    func drain() -> EventLoopFuture<Void> {
        self.downstream.drain().assumeIsolated().flatMap { self.streams.detachedDone() }
            .flatMap { self.tracing.finish() }.nonisolated()
    }

    /// Closes the connections to services.
    func closeUpstream() -> EventLoopFuture<Void> {
        self.callouts.close().and(self.upstream.close()).map { _ in }
    }
}
