import FilterAPI

/// `outlierDetection` of a service: when an endpoint is left out because of how it answers.
package struct OutlierDetectionConfiguration: Sendable, Hashable {
    /// Errors in a row that lead to an ejection.
    package let consecutiveFailures: Int
    /// How long the first ejection takes.
    package let ejectionTime: Duration
    /// The share of the endpoints that may be left out at a time.
    package let maximumEjectedPercent: Int
    /// The share of usable endpoints below which all are used.
    package let panicThreshold: Int

    init(_ fields: ConfigurationFields) {
        consecutiveFailures = fields.integer(
            "consecutiveFailures",
            in: 1...10_000,
            default: 5,
            help: "Errors in a row that lead to an ejection."
        )
        ejectionTime = fields.duration(
            "ejectionTime",
            in: .milliseconds(10)...Duration.seconds(86_400),
            default: .seconds(30),
            help: "How long the first ejection takes."
        )
        maximumEjectedPercent = fields.integer(
            "maxEjectedPercent",
            in: 0...100,
            default: 50,
            help: "Share of the endpoints that may be left out at a time."
        )
        panicThreshold = fields.integer(
            "panicThreshold",
            in: 0...100,
            default: 0,
            help: "Share of healthy endpoints that are not left out below which all are used; 0: never."
        )
    }
}
