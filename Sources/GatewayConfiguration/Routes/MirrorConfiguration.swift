import FilterAPI

/// `mirror` of a route: a service that gets copies of requests, and whose answers nobody sees.
package struct MirrorConfiguration: Sendable, Hashable {
    /// The address of the service.
    package let service: String
    /// Of how many requests in a hundred a copy is sent.
    package let percent: Double

    init(_ fields: ConfigurationFields) {
        service = fields.requiredString("service", help: "Address of the service that gets copies.")
        percent = fields.double("percent", in: 0...100, default: 100, help: "Share of the requests that are copied.")
    }
}
