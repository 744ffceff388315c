import FilterAPI
import FilterRuntime
import NIOCore
import Upstream

/// Makes the way from a route to a service: the service's client, and before it what the route asks for.
struct LoopServices {
    private let upstream: UpstreamLoop
    private let bodyLimit: Int
    private let isTraced: Bool

    /// - Parameters:
    ///   - upstream: The clients of the event loop.
    ///   - bodyLimit: The most bytes of a body that are kept to be sent again, or copied.
    ///   - isTraced: Whether tries have spans.
    init(_ upstream: UpstreamLoop, bodyLimit: Int, isTraced: Bool) {
        self.upstream = upstream
        self.bodyLimit = bodyLimit
        self.isTraced = isTraced
    }

    func destination(_ name: String, of route: Route) -> StreamRoute.Destination {
        guard let client = self.client(name) else {
            return .answer { LocalResponse.gateway(503, "no_healthy_upstream", for: $0) }
        }
        return .service(self.mirrored(self.recovering(client, route), route))
    }

    private func client(_ name: String) -> ServiceClient? {
        // Routes name Kubernetes services without a port: their port is 80.
        self.upstream.client(forRouteTo: ServiceReference(name: name, port: 80, host: name))
    }

    private func recovering(_ client: ServiceClient, _ route: Route) -> any RequestStarting {
        let fallback = route.fallback.flatMap { rule in
            self.client(rule.service).map { (rule, self.traced($0, route)) }
        }
        guard route.retry != nil || fallback != nil else { return self.traced(client, route) }
        return RecoveringService(
            self.traced(client, route),
            policy: route.retry,
            fallback: fallback,
            ledger: client.retryLedger,
            eventLoop: client.eventLoop,
            bodyLimit: self.bodyLimit
        )
    }

    private func traced(_ client: ServiceClient, _ route: Route) -> any RequestStarting {
        let service = self.hashed(client, route)
        return self.isTraced ? TracedService(service, name: client.service.definition.name) : service
    }

    private func hashed(_ client: ServiceClient, _ route: Route) -> any RequestStarting {
        guard let policy = route.hashPolicy, case .ringHash = client.service.definition.loadBalancing else {
            return client
        }
        return HashedService(client, policy)
    }

    private func mirrored(_ service: any RequestStarting, _ route: Route) -> any RequestStarting {
        guard let rule = route.mirror, let mirror = self.client(rule.service) else { return service }
        return MirroringService(
            service,
            mirror: mirror,
            rule: rule,
            eventLoop: mirror.eventLoop,
            bodyLimit: self.bodyLimit,
            timeout: route.timeout.map { TimeAmount($0) } ?? .seconds(15)
        )
    }
}
