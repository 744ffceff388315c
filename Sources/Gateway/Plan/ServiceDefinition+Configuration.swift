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
            idleTimeout: service.idleTimeout
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
