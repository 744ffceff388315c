package import FilterAPI

/// A whole configuration: read, checked, and not changed any more.
public struct GatewayConfiguration: Sendable {
    /// The listener for operators, if there is one.
    package let admin: AdminConfiguration?
    /// The limits of the file; a listener has its own over them.
    package let limits: LimitsConfiguration
    /// Bytes of memory that the process should take at most, `limits.memory`; nil leaves it to the system's size, and
    /// ``FilterAPI/ConfigurationFields/unlimited`` sheds nothing.
    package let memory: Int?
    /// Time for streams to end when the gateway stops; 30 s by default.
    package let drainTimeout: Duration
    /// Whose forwarding headers are believed; nobody's by default.
    package let trustedProxies: [AddressRange]
    /// Which streams are traced; nil for none.
    package let tracing: TracingConfiguration?
    /// The listeners in the file's order.
    package let listeners: [ListenerConfiguration]
    /// The services in the file's order.
    package let services: [ServiceConfiguration]
    /// The routes in the file's order.
    package let routes: [RouteConfiguration]
    /// The filters in the file's order, which is not the order in which they run.
    package let filters: [FilterEntryConfiguration]
    /// The services by address.
    package let catalog: ServiceCatalog
    /// Which places of the file hold secrets.
    package let secrets: ConfigurationSecrets
    /// The root of the file.
    package let source: ConfigurationNode
    /// SHA-256 of the file's bytes in hexadecimal digits, as `sha256sum` prints it.
    package internal(set) var digest = ""

    init(_ fields: ConfigurationFields, source: ConfigurationNode, descriptions: [String: FilterDescription]) {
        admin = fields.object("admin", help: "The listener for operators; without it there is none.") {
            AdminConfiguration($0)
        }
        let (limits, memory) = fields.objectOrDefaults(
            "limits",
            help: "What clients, connections and streams may take."
        ) {
            (LimitsConfiguration($0, over: LimitsConfiguration()), GatewayConfiguration.memory($0))
        }
        self.limits = limits
        self.memory = memory
        drainTimeout = fields.duration(
            "drainTimeout",
            in: .zero...Duration.seconds(86_400),
            default: .seconds(30),
            help: "Time for streams to end when the gateway stops."
        )
        trustedProxies = GatewayConfiguration.trustedProxies(fields)
        tracing = fields.object("tracing", help: "Where spans go; without it there are none.") {
            TracingConfiguration($0)
        }
        listeners = fields.objects("listeners", isRequired: true, named: "name", help: "Where clients connect.") {
            ListenerConfiguration($0, limits: limits)
        }
        services = fields.objects("services", named: "name", help: "Named upstreams.") { ServiceConfiguration($0) }
        routes = fields.objects("routes", named: "name", help: "Which requests go where.") { RouteConfiguration($0) }
        filters = fields.objects("filters", named: "name", "filter", help: "The filters of the chain.") {
            FilterEntryConfiguration($0, descriptions: descriptions)
        }
        catalog = ServiceCatalog(services)
        secrets = fields.context.secrets
        self.source = source
    }

    /// Only in the file's `limits`: the memory is the whole process's.
    private static func memory(_ fields: ConfigurationFields) -> Int? {
        fields.size(
            "memory",
            in: (64 << 20)...Int.max,
            takesUnlimited: true,
            help:
                "Most memory of the process; requests are shed at 95 %. Default 2GiB, or 80 % of the system's if less."
        )
    }

    private static func trustedProxies(_ fields: ConfigurationFields) -> [AddressRange] {
        let texts = fields.strings(
            "trustedProxies",
            form: .listOrScalar,
            help: "Networks whose forwarding headers are believed."
        )
        return texts.enumerated().compactMap { index, text in
            do throws(ConfigurationMistake) {
                return try AddressRange(text)
            } catch {
                let references = fields.references(at: "trustedProxies")
                let shown = references.indices.contains(index) ? references[index].shown : quoted(text)
                fields.error(at: "trustedProxies", item: index, "found \(shown); \(error)")
                return nil
            }
        }
    }

    /// The configuration as JSON, with `<redacted>` for secrets and for everything from the environment and from files.
    public var redactedJSON: String { source.redactedJSON(secrets) }

    /// The keys of the file, with those of its parts; the `config` of filters is theirs to describe.
    package static var keys: [ConfigurationKey] {
        let nowhere = SourcePosition(file: "", line: 0, column: 0)
        return ConfigurationFields.describe {
            _ = GatewayConfiguration($0, source: ConfigurationNode(.null, position: nowhere), descriptions: [:])
        }
    }
}
