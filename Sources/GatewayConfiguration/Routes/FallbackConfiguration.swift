import FilterAPI

/// `fallback` of a route: the service that answers when the route's own fails.
package struct FallbackConfiguration: Sendable, Hashable {
    /// The statuses in whose place the other service answers.
    package let statuses: Set<Int>
    /// The address of that service.
    package let service: String

    init(_ fields: ConfigurationFields) {
        let texts = fields.strings(
            "statuses",
            form: .listOrScalar,
            default: ["502", "503", "504"],
            help: "Statuses in whose place the other service answers."
        )
        var statuses: Set<Int> = []
        for (index, text) in texts.enumerated() {
            if let status = Int(text), (400...599).contains(status) {
                statuses.insert(status)
            } else {
                fields.error(at: "statuses", item: index, "found \(quoted(text)); expected a status from 400 to 599")
            }
        }
        if texts.isEmpty { fields.error(at: "statuses", "found no status; expected at least one") }
        self.statuses = statuses
        service = fields.requiredString("service", help: "Address of the service that answers then.")
    }
}
