package import FilterAPI

/// An item of `services`: a named upstream.
package struct ServiceConfiguration: Sendable {
    /// Where a service's endpoints come from; the raw value is the suffix of its address.
    package enum Source: String, Sendable, CaseIterable {
        /// Endpoints as the file lists them.
        case `static`
        /// All addresses of all domains.
        case dns
    }

    /// What a service speaks.
    package enum WireProtocol: String, Sendable, CaseIterable {
        /// HTTP/1.1 in clear.
        case http
        /// HTTP/1.1 over TLS.
        case https
        /// HTTP/2: in clear with prior knowledge, or over TLS when the service has `tls`.
        case http2
        /// HTTP/2 in clear with prior knowledge, as gRPC servers speak it.
        case grpc
        /// HTTP/2 over TLS, as gRPC servers speak it.
        case grpcs
        /// RESP in clear.
        case redis
        /// RESP over TLS.
        case rediss

        /// Whether it is always spoken over TLS.
        var demandsTLS: Bool { self == .https || self == .grpcs || self == .rediss }
    }

    /// The name without suffix.
    package let name: String
    /// The source of the endpoints.
    package let source: Source
    /// The endpoints of a static service, in the file's order.
    package let endpoints: [SocketAddressText]
    /// The domains of a DNS service, in the file's order.
    package let domains: [String]
    /// The service's port: 80 for a static service, whose endpoints carry their own; else by default 6379 for redis and
    /// rediss, 443 for what is spoken over TLS, 80 for the rest.
    package let port: Int
    /// What the service speaks.
    package let wireProtocol: WireProtocol
    /// Whether it is spoken over TLS.
    package let usesTLS: Bool
    /// The name for TLS, when the service speaks it: by default the first domain.
    package let serverName: String?
    /// How often domains are resolved again.
    package let refresh: Duration
    /// Time for a connection to open.
    package let connectTimeout: Duration
    /// How long an unused connection is kept.
    package let idleTimeout: Duration
    /// The settings of TLS.
    package let tls: UpstreamTLSConfiguration
    /// The weights of the domains in their order; empty when all are equal.
    package let weights: [Int]
    /// The priorities of the domains in their order; empty when all are equal.
    package let priorities: [Int]
    /// How old a connection may become before it takes no more requests; `nil` for any age.
    package let maxConnectionAge: Duration?
    /// How requests are spread over the endpoints.
    package let loadBalancing: LoadBalancingConfiguration
    /// How endpoints are asked whether they are healthy; `nil` for not at all.
    package let healthCheck: HealthCheckConfiguration?
    /// When endpoints are left out because of how they answer; `nil` for never.
    package let outlierDetection: OutlierDetectionConfiguration?
    /// What the service may have in hand at most; `nil` for any number.
    package let circuitBreaker: CircuitBreakerConfiguration?
    /// Where the name stands.
    package let nameReference: ConfigurationReference?

    /// The address, such as `qwen.dns`.
    package var address: String { "\(name).\(source.rawValue)" }

    init(_ fields: ConfigurationFields) {
        name = ServiceConfiguration.name(fields)
        let source = fields.requiredChoice("type", of: Source.self, help: "static: ip:port endpoints; dns: host names.")
        self.source = source ?? .dns
        (endpoints, domains) = ServiceConfiguration.targets(fields, source)
        wireProtocol = fields.choice("protocol", default: WireProtocol.http, help: "What the service speaks.")
        usesTLS = wireProtocol.demandsTLS || (wireProtocol == .http2 && fields.has("tls"))
        port = ServiceConfiguration.port(fields, source, wireProtocol, usesTLS: usesTLS)
        let sni = fields.string("sni", help: "Name for TLS; default: the first domain.")
        serverName = usesTLS ? sni ?? domains.first : nil
        refresh = fields.duration(
            "refresh",
            in: .seconds(1)...Duration.seconds(86_400),
            default: .seconds(30),
            help: "How often domains are resolved again."
        )
        connectTimeout = fields.duration(
            "connectTimeout",
            in: .milliseconds(1)...Duration.seconds(600),
            default: .seconds(5),
            help: "Time for a connection to open."
        )
        idleTimeout = fields.duration(
            "idleTimeout",
            in: .milliseconds(1)...Duration.seconds(86_400),
            default: .seconds(60),
            help: "How long an unused connection is kept."
        )
        maxConnectionAge = fields.duration(
            "maxConnectionAge",
            in: .milliseconds(1)...Duration.seconds(30 * 86_400),
            help: "Age at which a connection takes no more requests."
        )
        tls = fields.objectOrDefaults("tls", help: "Settings of TLS to the service.") { UpstreamTLSConfiguration($0) }
        let count = max(endpoints.count, domains.count)
        weights = ServiceConfiguration.weights(fields, domains: count)
        priorities = ServiceConfiguration.priorities(fields, domains: count)
        loadBalancing = fields.objectOrDefaults("loadBalancing", help: "How requests are spread over the endpoints.") {
            LoadBalancingConfiguration($0)
        }
        healthCheck = fields.object("healthCheck", help: "Asks the endpoints whether they are healthy.") {
            HealthCheckConfiguration($0)
        }
        outlierDetection = fields.object("outlierDetection", help: "Leaves out endpoints that fail.") {
            OutlierDetectionConfiguration($0)
        }
        circuitBreaker = fields.object("circuitBreaker", help: "Bounds what the service has in hand.") {
            CircuitBreakerConfiguration($0)
        }
        nameReference = fields.reference(at: "name")
        for key in ["tls", "sni"] where fields.has(key) && !usesTLS {
            fields.warning(at: key, "has no effect, because the protocol is \(wireProtocol.rawValue)")
        }
        let spreading = ["weights", "priorities", "loadBalancing", "healthCheck", "outlierDetection", "circuitBreaker"]
        for key in spreading where fields.has(key) && (wireProtocol == .redis || wireProtocol == .rediss) {
            fields.warning(at: key, "has no effect, because the protocol is \(wireProtocol.rawValue)")
        }
    }
}

extension ServiceConfiguration {
    private static func name(_ fields: ConfigurationFields) -> String {
        fields.requiredParsed("name", help: "Name of the service; it is addressed as NAME.TYPE.") {
            (text) throws(ConfigurationMistake) in
            for source in Source.allCases where text.hasSuffix(".\(source.rawValue)") {
                throw ConfigurationMistake("expected the name without \".\(source.rawValue)\", which \"type\" adds")
            }
            guard !text.isEmpty, text.allSatisfy({ !$0.isWhitespace && $0 != "/" && $0 != "," }) else {
                throw ConfigurationMistake("expected a name without blanks, slashes and commas")
            }
            return text
        } ?? ""
    }

    private static func targets(
        _ fields: ConfigurationFields,
        _ source: Source?
    ) -> (endpoints: [SocketAddressText], domains: [String]) {
        let texts = fields.requiredStrings(
            "domain",
            form: .listOrCommaSeparated,
            help: "ip:port for static, host names for dns; one or several."
        )
        var endpoints: [SocketAddressText] = []
        for (index, text) in texts.enumerated() {
            do throws(ConfigurationMistake) {
                switch source {
                case .static: endpoints.append(try SocketAddressText(endpoint: text))
                case .dns: try HostName.check(text)
                case nil: break
                }
            } catch {
                let shown = fields.references(at: "domain").contains { $0.shown == Secret.redacted }
                fields.error(at: "domain", item: index, "found \(shown ? Secret.redacted : quoted(text)); \(error)")
            }
        }
        return (endpoints, source == .dns ? texts : [])
    }

    private static func port(
        _ fields: ConfigurationFields,
        _ source: Source?,
        _ speaks: WireProtocol,
        usesTLS: Bool
    ) -> Int {
        let given = fields.integer("port", in: 1...65535, help: "Port of a dns service; default by protocol.")
        guard source == .static else { return given ?? defaultPort(speaks, usesTLS) }
        if let given, given != 80 {
            fields.error(
                at: "port",
                "found \(given); a static service has the logical port 80, and its endpoints in \"domain\" carry their own"
            )
        }
        return 80
    }

    private static func defaultPort(_ speaks: WireProtocol, _ usesTLS: Bool) -> Int {
        switch speaks {
        case .redis, .rediss: 6379
        default: usesTLS ? 443 : 80
        }
    }
}
