import FilterAPI
import FilterRuntime
import GatewayConfiguration
import NIOCore
import Upstream

/// A plan as the streams of one event loop use it: routes joined with that loop's clients of the services.
final class LoopSnapshot: StreamSnapshot {
    let chain: FilterChain
    let chainWithoutRoute: ResolvedChain
    let settings: StreamSettings
    let routesLookAtHeaders: Bool
    let followsRedirects: Bool
    let upgrades: Set<String>
    let tracer: Tracer?
    private let table: RouteTable
    private let routes: [LoopRoute]

    init(_ plan: GatewayPlan, upstream: UpstreamLoop, tracer: Tracer? = nil) {
        self.tracer = tracer
        self.chain = plan.chain
        self.chainWithoutRoute = plan.chain.resolve(route: nil, service: nil, host: "")
        self.table = plan.routes
        self.settings = StreamSettings(plan.configuration.limits)
        self.routesLookAtHeaders = plan.routes.routes.contains { !$0.match.headers.isEmpty }
        self.followsRedirects = plan.routes.routes.contains { $0.internalRedirect != nil }
        self.upgrades = Set(plan.routes.routes.flatMap(\.upgrades))
        let services = LoopServices(
            upstream,
            bodyLimit: plan.configuration.limits.streamBuffer,
            isTraced: tracer != nil
        )
        self.routes = plan.routes.routes.map { LoopRoute($0, plan, services) }
    }

    func route(for head: inout RequestHead) -> StreamRoute? {
        guard let route = self.table.select(head), self.routes.indices.contains(route.index) else { return nil }
        return self.routes[route.index].next
    }
}

extension StreamSettings {
    init(_ limits: LimitsConfiguration) {
        self.init()
        self.idleTimeout = TimeAmount(limits.streamIdleTimeout)
        self.filterTimeout = TimeAmount(limits.filterTimeout)
        self.buffer = limits.streamBuffer
        self.requestBodyLimit = limits.requestBody
    }
}
