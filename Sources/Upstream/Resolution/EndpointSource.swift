package import NIOCore

/// Where a service's endpoints come from.
package enum EndpointSource: Sendable, Hashable {
    /// The configuration names them.
    case fixed([SocketAddress])
    /// All addresses of all these names or IP literals, asked for again after every `refresh`.
    case dns(hosts: [String], port: Int, refresh: Duration)

    /// How often names are resolved when nothing else is said.
    package static let defaultRefresh: Duration = .seconds(30)
}

extension SocketAddress {
    /// `ip:port`, with brackets around IPv6, as logs and metrics show an endpoint.
    package var endpointText: String {
        guard let ip = ipAddress, let port else { return pathname ?? description }
        return ip.contains(":") ? "[\(ip)]:\(port)" : "\(ip):\(port)"
    }
}
