import NIOCore
package import NIOSSL

/// One service of the process, ready for use: what all event loops share of it.
package final class Service: Sendable {
    package let definition: ServiceDefinition
    let endpoints: EndpointFeed
    /// What is found out about the endpoints; `nil` when nobody asks.
    let standings: EndpointStandings?
    /// What is in hand; `nil` when it has no bounds.
    let breaker: CircuitBreaker?
    /// A connection whose file descriptor has this number or a higher one is not made.
    let descriptorCeiling: Int
    private let tls: Security?

    /// A TLS context, and the configuration it was made from.
    private struct Security: Sendable {
        let configuration: TLSConfiguration
        let context: NIOSSLContext
        let serverName: String?
    }

    /// - Throws: what NIOSSL found wrong with the files or the name.
    init(
        _ definition: ServiceDefinition,
        endpoints: EndpointFeed,
        standings: EndpointStandings? = nil,
        descriptorCeiling: Int = .max
    ) throws {
        self.definition = definition
        self.endpoints = endpoints
        self.standings = standings
        self.breaker = definition.circuitBreaker.map { CircuitBreaker($0) }
        self.descriptorCeiling = descriptorCeiling
        self.tls = try Service.security(of: definition)
    }

    /// A service that speaks clear text, which needs nothing that could fail.
    init(clearText definition: ServiceDefinition, endpoints: EndpointFeed, descriptorCeiling: Int = .max) {
        self.definition = definition
        self.endpoints = endpoints
        self.standings = nil
        self.breaker = nil
        self.descriptorCeiling = descriptorCeiling
        self.tls = nil
    }

    /// The same service with one endpoint only, and without anything that watches or bounds it.
    init(_ service: Service, only endpoint: EndpointFeed) {
        var definition = service.definition
        definition.healthCheck = nil
        definition.outlierDetection = nil
        definition.circuitBreaker = nil
        self.definition = definition
        self.endpoints = endpoint
        self.standings = nil
        self.breaker = nil
        self.descriptorCeiling = service.descriptorCeiling
        self.tls = service.tls
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
