package import FilterAPI

/// `tracing`: which streams are recorded, and where their spans go.
package struct TracingConfiguration: Sendable {
    /// The service that takes spans.
    package let service: String
    /// The path that takes them.
    package let path: String
    /// The share of the streams that are recorded where no caller decides, 0 to 1.
    package let sampling: Double
    /// Whether a caller's decision is followed.
    package let isParentBased: Bool
    /// What the gateway is called in spans.
    package let serviceName: String
    /// Fields of every export.
    package let headers: [(name: String, value: Secret)]
    /// How many spans may wait on an event loop.
    package let queueSize: Int
    /// How many spans go out together at most.
    package let batchSize: Int
    /// How long a span may wait for others.
    package let interval: Duration
    /// How long an export may take.
    package let timeout: Duration
    /// Where the service is named.
    package let serviceReference: ConfigurationReference?

    init(_ fields: ConfigurationFields) {
        self.service = fields.requiredString("service", help: "Address of the service that takes OTLP over HTTP.")
        self.serviceReference = fields.reference(at: "service")
        self.path =
            fields.parsed("path", help: "The path that takes spans; default /v1/traces.", absolutePath) ?? "/v1/traces"
        self.sampling = fields.double(
            "sampling",
            in: 0...1,
            default: 1,
            help: "Share of the streams that are recorded where no caller decides."
        )
        self.isParentBased = fields.bool(
            "parentBased",
            default: true,
            help: "Whether a caller's decision to record or not is followed."
        )
        self.serviceName = fields.string("serviceName", default: "sluice", help: "What the gateway is called.")
        self.headers = fields.objects("headers", named: "name", help: "Fields of every export, such as a token.") {
            let name = $0.requiredString("name", help: "The field's name.")
            if !$0.isDescribing, !name.isEmpty, !isToken(name) {
                $0.error(at: "name", "found \(quoted(name)); expected the name of a header field")
            }
            return (name, $0.requiredSecret("value", help: "Its value."))
        }
        let queueSize = fields.integer(
            "queueSize",
            in: 1...1_000_000,
            default: 2048,
            help: "Spans that may wait on an event loop; further ones are lost and counted."
        )
        self.queueSize = queueSize
        self.batchSize = min(
            queueSize,
            fields.integer("batchSize", in: 1...100_000, default: 256, help: "Spans of one export at most.")
        )
        self.interval = fields.duration(
            "interval",
            in: Duration.milliseconds(10)...Duration.seconds(300),
            default: .seconds(5),
            help: "How long a span may wait for others."
        )
        self.timeout = fields.duration(
            "timeout",
            in: Duration.milliseconds(10)...Duration.seconds(300),
            default: .seconds(10),
            help: "How long an export may take."
        )
    }
}
