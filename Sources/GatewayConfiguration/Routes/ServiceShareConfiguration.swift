import FilterAPI

/// An item of a route's `services`: a service and its share of the requests.
package struct ServiceShareConfiguration: Sendable, Hashable {
    /// The address of the service.
    package let service: String
    /// The share in relation to the other weights, 0 for none.
    package let weight: Int

    /// Reads `services`.
    static func read(_ fields: ConfigurationFields) -> (shares: [Self], references: [ConfigurationReference]) {
        let items = fields.objects(
            "services",
            named: "service",
            help: "Services among which requests are divided by weight."
        ) { item in
            (
                ServiceShareConfiguration(
                    service: item.requiredString("service", help: "Address of the service, such as NAME.dns."),
                    weight: item.integer("weight", in: 0...1_000_000, default: 1, help: "Share of the requests.")
                ),
                item.reference(at: "service")
            )
        }
        if fields.has("services"), !fields.isDescribing, items.allSatisfy({ $0.0.weight == 0 }) {
            fields.error(at: "services", "found no weight above 0; expected at least one service that takes requests")
        }
        return (items.map(\.0), items.compactMap(\.1))
    }
}
