import FilterAPI
import FilterRuntime
import NIOCore
import Upstream

/// A route as one event loop uses it: joined with its services, each in a stream's route of its own.
final class LoopRoute {
    private let only: StreamRoute?
    private let routes: [StreamRoute]
    private let split: ServiceSplit
    private var random = LoopRandom()

    init(_ route: Route, _ plan: GatewayPlan, _ services: LoopServices) {
        switch route.action {
        case .services(let split):
            self.split = split
            self.only = nil
            self.routes = split.shares.map { share in
                StreamRoute(route, plan, service: share.service, services.destination(share.service, of: route))
            }
        case .service(let name):
            self.split = ServiceSplit([])
            self.routes = []
            self.only = StreamRoute(route, plan, service: name, services.destination(name, of: route))
        case .redirect, .response:
            self.split = ServiceSplit([])
            self.routes = []
            self.only = StreamRoute(route, plan, service: nil, route.ownAnswer)
        }
    }

    /// What the next request follows.
    var next: StreamRoute? { self.only ?? self.routes[self.split.pick(using: &self.random)] }
}

extension StreamRoute {
    fileprivate convenience init(_ route: Route, _ plan: GatewayPlan, service: String?, _ destination: Destination) {
        self.init(
            name: route.name,
            serviceName: service,
            destination: destination,
            chain: plan.chain.resolve(route: route.name, service: service, host: ""),
            rewrite: route.rewriting,
            timeout: route.timeout.map { TimeAmount($0) },
            requestBodyLimit: route.requestBodyLimit,
            upgrades: route.upgrades,
            responseHeaders: route.responseHeaders,
            internalRedirect: route.internalRedirect
        )
    }
}

extension Route {
    /// What changes in a request that all filters have let pass.
    fileprivate var rewriting: ((inout RequestHead) throws -> Void)? {
        guard self.rewrite != nil || self.requestHeaders != nil else { return nil }
        return { head in
            try self.rewrite?.apply(to: &head, matched: self)
            self.requestHeaders?.apply(to: &head.headers)
        }
    }

    /// The answer of a route without a service.
    fileprivate var ownAnswer: StreamRoute.Destination {
        switch self.action {
        case .redirect(let rule):
            return .answer { head in
                let location = rule.location(for: head, matched: self)
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
        case .service, .services: return .answer { LocalResponse.gateway(503, "no_healthy_upstream", for: $0) }
        }
    }
}
