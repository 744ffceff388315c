import NIOCore
package import NIOSSL

/// One service of the process, ready for use: what all event loops share of it.
package final class Service: Sendable {
    package let definition: ServiceDefinition
    let endpoints: EndpointFeed
    private let tls: Security?

    /// A TLS context, and the configuration it was made from.
    private struct Security: Sendable {
        let configuration: TLSConfiguration
        let context: NIOSSLContext
        let serverName: String?
    }

    /// - Throws: what NIOSSL found wrong with the files or the name.
    init(_ definition: ServiceDefinition, endpoints: EndpointFeed) throws {
        self.definition = definition
        self.endpoints = endpoints
        self.tls = try Service.security(of: definition)
    }

    /// A service that speaks clear text, which needs nothing that could fail.
    init(clearText definition: ServiceDefinition, endpoints: EndpointFeed) {
        self.definition = definition
        self.endpoints = endpoints
        self.tls = nil
    }

    private static func security(of definition: ServiceDefinition) throws -> Security? {
        guard definition.usesTLS else { return nil }
        let configuration = try TLSConfiguration(
            definition.tls,
            applicationProtocols: definition.applicationProtocols
        )
        let context = try NIOSSLContext(configuration: configuration)
        _ = try NIOSSLClientHandler(context: context, serverHostname: definition.serverName)
        return Security(configuration: configuration, context: context, serverName: definition.serverName)
    }

    /// The handler that secures a new connection; `nil` for clear text.
    package func makeTLSHandler() throws -> NIOSSLClientHandler? {
        guard let tls else { return nil }
        return try NIOSSLClientHandler(context: tls.context, serverHostname: tls.serverName)
    }

    /// Whether this service is what `definition` describes, contents of the files included.
    func isCurrent(for definition: ServiceDefinition) -> Bool {
        guard self.definition == definition else { return false }
        guard let tls else { return true }
        guard let now = try? TLSConfiguration(definition.tls) else { return false }
        var then = tls.configuration
        then.applicationProtocols = now.applicationProtocols
        return then.bestEffortEquals(now)
    }
}
