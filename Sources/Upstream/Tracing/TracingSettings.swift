package import FilterAPI

/// Which streams are traced, and where their spans go.
package struct TracingSettings: Sendable, Hashable {
    /// The service that takes spans, with its suffix.
    package var service: String
    /// The path that takes them; default that of OTLP over HTTP.
    package var path = "/v1/traces"
    /// The share of the streams that are recorded, 0 to 1, where no caller decides; default all.
    package var sampling = 1.0
    /// Whether a caller's decision to record or not is followed; default yes.
    package var isParentBased = true
    /// What the gateway is called in spans.
    package var serviceName = "sluice"
    /// Fields of every export, such as a token.
    package var headers: [(name: String, value: Secret)] = []
    /// How many spans may wait on an event loop.
    package var queueSize = 2048
    /// How many spans go out together at most.
    package var batchSize = 256
    /// How long a span may wait for others.
    package var interval = Duration.seconds(5)
    /// How long an export may take.
    package var timeout = Duration.seconds(10)

    package init(service: String) { self.service = service }

    package static func == (left: TracingSettings, right: TracingSettings) -> Bool {
        left.service == right.service && left.path == right.path && left.sampling == right.sampling
            && left.isParentBased == right.isParentBased && left.serviceName == right.serviceName
            && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
            && left.queueSize == right.queueSize && left.batchSize == right.batchSize
            && left.interval == right.interval && left.timeout == right.timeout
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.service)
        hasher.combine(self.path)
    }
}

extension TracingSettings {
    /// What a stream belongs to: the caller's trace, or a new one.
    ///
    /// Whether an id is within the share depends on the id alone, so gateways with equal settings decide alike.
    ///
    /// Source: OpenTelemetry, "TraceIdRatioBased" and "ParentBased".
    package func context(
        after parent: TraceContext?,
        using random: inout some RandomNumberGenerator
    ) -> TraceContext {
        let traceID =
            parent?.traceID ?? TraceID(high: random.next(), low: UInt64.random(in: 1...UInt64.max, using: &random))
        let isSampled = self.isParentBased ? parent?.isSampled ?? self.samples(traceID) : self.samples(traceID)
        let spanID = UInt64.random(in: 1...UInt64.max, using: &random)
        return TraceContext(traceID: traceID, spanID: spanID, isSampled: isSampled)
    }

    private func samples(_ traceID: TraceID) -> Bool {
        Double(traceID.low >> 11) < self.sampling * Double(UInt64(1) << 53)
    }
}
