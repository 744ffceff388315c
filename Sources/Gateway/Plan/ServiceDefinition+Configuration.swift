import GatewayConfiguration
import NIOCore
import Upstream

extension ServiceDefinition {
    /// A service of the file.
    init(_ service: ServiceConfiguration) {
        let source: EndpointSource =
            switch service.source {
            case .static:
                .fixed(service.endpoints.compactMap { try? SocketAddress(ipAddress: $0.host, port: $0.port) })
            case .dns:
                .dns(hosts: service.domains, port: service.port, refresh: service.refresh)
            }
        self.init(
            name: service.address,
            source: source,
            wireProtocol: WireProtocol(service.wireProtocol),
            usesTLS: service.usesTLS,
            sni: service.serverName,
            tls: UpstreamTLS(
                verify: service.tls.verify,
                trustRoots: service.tls.trustRoots,
                certificate: service.tls.certificate,
                privateKey: service.tls.privateKey
            ),
            connectTimeout: service.connectTimeout,
            idleTimeout: service.idleTimeout,
            weights: service.weights,
            priorities: service.priorities,
            loadBalancing: BalancingPolicy(service.loadBalancing),
            slowStart: service.loadBalancing.slowStart,
            maximumConnectionAge: service.maxConnectionAge,
            healthCheck: service.healthCheck.map { HealthCheck($0) },
            outlierDetection: service.outlierDetection.map {
                OutlierDetection(
                    consecutiveFailures: $0.consecutiveFailures,
                    ejectionTime: $0.ejectionTime,
                    maximumEjectedPercent: $0.maximumEjectedPercent,
                    panicThreshold: $0.panicThreshold
                )
            },
            circuitBreaker: service.circuitBreaker.map {
                CircuitBreakerLimits(
                    connections: $0.connections,
                    pending: $0.pending,
                    requests: $0.requests,
                    retries: $0.retries
                )
            }
        )
    }
}

extension BalancingPolicy {
    fileprivate init(_ loadBalancing: LoadBalancingConfiguration) {
        switch loadBalancing.policy {
        case .roundRobin: self = .roundRobin
        case .leastRequest: self = .leastRequest
        case .random: self = .random
        case .ringHash: self = .ringHash(HashKey(loadBalancing.hash))
        }
    }
}

extension HealthCheck {
    fileprivate init(_ check: HealthCheckConfiguration) {
        self.init(
            check.question == .tcp ? .tcp : .http(path: check.path),
            interval: check.interval,
            timeout: check.timeout,
            unhealthyThreshold: check.unhealthyThreshold,
            healthyThreshold: check.healthyThreshold
        )
    }
}

extension ServiceDefinition.WireProtocol {
    fileprivate init(_ wireProtocol: ServiceConfiguration.WireProtocol) {
        switch wireProtocol {
        case .http: self = .http
        case .https: self = .https
        case .http2: self = .http2
        case .grpc: self = .grpc
        case .grpcs: self = .grpcs
        case .redis: self = .redis
        case .rediss: self = .rediss
        }
    }
}
