import NIOCore

/// A named upstream as the configuration describes it.
///
/// Two equal definitions are the same service: a reload keeps its pools.
package struct ServiceDefinition: Sendable, Hashable {
    /// The address with type suffix, such as `qwen.dns`, or a Kubernetes name.
    package var name: String
    /// Where the endpoints come from.
    package var source: EndpointSource
    /// What is spoken to the endpoints.
    package var wireProtocol: WireProtocol
    /// The name for SNI and for the check of the certificate; `nil` for the first domain, if there is one.
    package var sni: String?
    /// Whether it is spoken over TLS: always with ``WireProtocol/https``, ``WireProtocol/grpcs`` and
    /// ``WireProtocol/rediss``, with ``WireProtocol/http2`` when the configuration says how.
    package var usesTLS: Bool
    /// How TLS is verified; of no effect unless ``usesTLS``.
    package var tls: UpstreamTLS
    /// Bounds finding the addresses, connecting to all endpoints in turn and the TLS handshakes, together.
    package var connectTimeout: Duration
    /// How long a connection may wait for its next request.
    package var idleTimeout: Duration
    /// How many connections to one endpoint may wait for their next request, on each event loop.
    package var maximumIdlePerEndpoint: Int
    /// The `Host` of requests that bring none; `nil` for the first domain or address.
    package var host: String?
    /// The weights of the domains or addresses of ``source``, in their order; 1 for those without one. Every address of
    /// a domain has the weight of the domain.
    package var weights: [Int]
    /// The priorities of the domains or addresses of ``source``, in their order; 0, the first, for those without one.
    package var priorities: [Int]
    /// How requests are spread over the endpoints.
    package var loadBalancing: BalancingPolicy
    /// How long an endpoint that is new, or healthy again, gets less than its share; `nil` for no time.
    package var slowStart: Duration?
    /// How old a connection may become before it takes no more requests; `nil` for any age.
    package var maximumConnectionAge: Duration?
    /// How endpoints are asked whether they are healthy; `nil` for not at all.
    package var healthCheck: HealthCheck?
    /// When endpoints are left out because of how they answer; `nil` for never.
    package var outlierDetection: OutlierDetection?
    /// What the service may have in hand at most; `nil` for any number.
    package var circuitBreaker: CircuitBreakerLimits?

    /// What is spoken to the endpoints of a service.
    package enum WireProtocol: String, Sendable, Hashable {
        /// HTTP/1.1 in clear text.
        case http
        /// HTTP/1.1 over TLS.
        case https
        /// HTTP/2: in clear text with prior knowledge, or over TLS.
        case http2
        /// HTTP/2 in clear text with prior knowledge.
        case grpc
        /// HTTP/2 over TLS.
        case grpcs
        /// RESP in clear text.
        case redis
        /// RESP over TLS.
        case rediss

        /// Whether it is always spoken over TLS.
        package var demandsTLS: Bool { self == .https || self == .grpcs || self == .rediss }

        /// Whether requests are streams of HTTP/2 connections.
        package var isHTTP2: Bool { self == .http2 || self == .grpc || self == .grpcs }
    }

    /// - Parameter usesTLS: `nil` for what the protocol demands; the others set the properties of their names.
    package init(
        name: String,
        source: EndpointSource,
        wireProtocol: WireProtocol = .http,
        usesTLS: Bool? = nil,
        sni: String? = nil,
        tls: UpstreamTLS = UpstreamTLS(),
        connectTimeout: Duration = .seconds(5),
        idleTimeout: Duration = .seconds(60),
        maximumIdlePerEndpoint: Int = 1024,
        host: String? = nil,
        weights: [Int] = [],
        priorities: [Int] = [],
        loadBalancing: BalancingPolicy = .roundRobin,
        slowStart: Duration? = nil,
        maximumConnectionAge: Duration? = nil,
        healthCheck: HealthCheck? = nil,
        outlierDetection: OutlierDetection? = nil,
        circuitBreaker: CircuitBreakerLimits? = nil
    ) {
        self.name = name
        self.source = source
        self.wireProtocol = wireProtocol
        self.usesTLS = usesTLS ?? wireProtocol.demandsTLS
        self.sni = sni
        self.tls = tls
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
        self.maximumIdlePerEndpoint = maximumIdlePerEndpoint
        self.host = host
        self.weights = weights
        self.priorities = priorities
        self.loadBalancing = loadBalancing
        self.slowStart = slowStart
        self.maximumConnectionAge = maximumConnectionAge
        self.healthCheck = healthCheck
        self.outlierDetection = outlierDetection
        self.circuitBreaker = circuitBreaker
    }
}

extension ServiceDefinition {
    /// Whether another definition has the same endpoints with the same weights and priorities.
    func hasEqualEndpoints(to other: ServiceDefinition) -> Bool {
        source == other.source && weights == other.weights && priorities == other.priorities
    }

    /// Whether another definition finds out about its endpoints in the same way.
    func hasEqualRules(to other: ServiceDefinition) -> Bool {
        healthCheck == other.healthCheck && outlierDetection == other.outlierDetection
    }

    /// A Kubernetes name, which needs no declaration.
    package init(kubernetesName name: String, port: Int) {
        self.init(name: name, source: .dns(hosts: [name], port: port, refresh: EndpointSource.defaultRefresh))
    }

    /// Whether this name is resolved as DNS although no service of that name is declared.
    package static func needsNoDeclaration(_ name: String) -> Bool {
        name.hasSuffix(".svc.cluster.local")
    }

    /// The name for SNI and for the check of the certificate; `nil` when the endpoints are known by address only.
    package var serverName: String? {
        if let sni { return sni }
        guard case .dns(let hosts, _, _) = source else { return nil }
        return hosts.first { (try? SocketAddress(ipAddress: $0, port: 0)) == nil }
    }

    /// What is offered by ALPN (RFC 7301).
    var applicationProtocols: [String] {
        switch wireProtocol {
        case .http, .https: ["http/1.1"]
        case .http2, .grpc, .grpcs: ["h2"]
        case .redis, .rediss: []
        }
    }

    /// The `Host` of requests that bring none.
    package var defaultHost: String {
        if let host { return host }
        switch source {
        case .fixed(let addresses): return addresses.first?.endpointText ?? name
        case .dns(let hosts, let port, _):
            let host = hosts.first ?? name
            let text = host.contains(":") ? "[\(host)]" : host
            return port == (usesTLS ? 443 : 80) ? text : "\(text):\(port)"
        }
    }
}
