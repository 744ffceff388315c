import FilterAPI
import FilterRuntime
import GatewayConfiguration
import NIOCore
import Upstream

extension ServiceClient: RequestStarting {}

/// A plan as the streams of one event loop use it: routes joined with that loop's clients of the services.
final class LoopSnapshot: StreamSnapshot {
    let chain: FilterChain
    let chainWithoutRoute: ResolvedChain
    let settings: StreamSettings
    let routesLookAtHeaders: Bool
    let upgrades: Set<String>
    private let table: RouteTable
    private let routes: [StreamRoute]

    init(_ plan: GatewayPlan, upstream: UpstreamLoop) {
        self.chain = plan.chain
        self.chainWithoutRoute = plan.chain.resolve(route: nil, service: nil, host: "")
        self.table = plan.routes
        self.settings = StreamSettings(plan.configuration.limits)
        self.routesLookAtHeaders = plan.routes.routes.contains { !$0.match.headers.isEmpty }
        self.upgrades = Set(plan.routes.routes.flatMap(\.upgrades))
        self.routes = plan.routes.routes.map { LoopSnapshot.streamRoute($0, plan, upstream) }
    }

    func route(for head: inout RequestHead) -> StreamRoute? {
        guard let route = self.table.select(head), self.routes.indices.contains(route.index) else { return nil }
        return self.routes[route.index]
    }

    private static func streamRoute(_ route: Route, _ plan: GatewayPlan, _ upstream: UpstreamLoop) -> StreamRoute {
        var service: String?
        if case .service(let name) = route.action { service = name }
        return StreamRoute(
            name: route.name,
            serviceName: service,
            destination: LoopSnapshot.destination(route, upstream),
            chain: plan.chain.resolve(route: route.name, service: service, host: ""),
            rewrite: route.rewrite.map { rule in { head in try rule.apply(to: &head, matched: route) } },
            timeout: route.timeout.map { TimeAmount($0) },
            requestBodyLimit: route.requestBodyLimit,
            upgrades: route.upgrades
        )
    }

    private static func destination(_ route: Route, _ upstream: UpstreamLoop) -> StreamRoute.Destination {
        switch route.action {
        case .service(let name):
            // Routes name Kubernetes services without a port: their port is 80.
            let reference = ServiceReference(name: name, port: 80, host: name)
            if let client = upstream.client(for: reference) { return .service(client) }
            return .answer { LocalResponse.gateway(503, "no_healthy_upstream", for: $0) }
        case .redirect(let rule):
            return .answer { head in
                let location = rule.location(for: head, matched: route)
                return LocalResponse(status: rule.status, headers: [.location: location], detail: "redirect")
            }
        case .response(let response):
            return .answer { _ in
                LocalResponse(
                    status: response.status,
                    headers: response.headers,
                    body: response.body.readableBytes > 0 ? .bytes(response.body) : .empty,
                    detail: "direct_response"
                )
            }
        }
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
