package import FilterAPI

/// What a route says about one filter of the chain.
package struct RouteFilterConfiguration: Sendable {
    /// The name of the filter's entry.
    package let entry: String
    /// Whether the filter is left out on this route.
    package let isDisabled: Bool
    /// What replaces the entry's `config` on this route.
    package let config: ConfigurationNode?
    /// Where the name of the entry stands.
    package let position: SourcePosition
    /// What the place is called in messages.
    package let location: ConfigurationLocation

    /// Reads the mapping at `key`, whose keys are names of entries.
    static func read(_ fields: ConfigurationFields, _ key: String) -> [RouteFilterConfiguration] {
        guard let node = fields.node(key, help: "This route's say over filters, by the names of their entries.") else {
            return []
        }
        guard let entries = node.entries else {
            fields.error(at: key, "found \(node.kindInWords); expected a mapping from names of filter entries")
            return []
        }
        var seen: Set<String> = []
        return entries.map { entry in
            let location = fields.location.key(key).key(entry.key)
            if !seen.insert(entry.key).inserted {
                fields.context.issues.error(
                    at: entry.keyPosition,
                    fields.location.key(key),
                    "duplicate key \(quoted(entry.key))"
                )
            }
            return ConfigurationFields.read(
                entry.value,
                position: entry.keyPosition,
                location: location,
                context: fields.context
            ) { RouteFilterConfiguration($0, entry, location) }
        }
    }

    /// The keys of what a route says about one filter.
    static var keys: [ConfigurationKey] {
        let nowhere = SourcePosition(file: "", line: 0, column: 0)
        let entry = ConfigurationNode.Entry(
            key: "",
            keyPosition: nowhere,
            value: ConfigurationNode(.null, position: nowhere)
        )
        return ConfigurationFields.describe { _ = RouteFilterConfiguration($0, entry, .root) }
    }

    private init(_ fields: ConfigurationFields, _ entry: ConfigurationNode.Entry, _ location: ConfigurationLocation) {
        self.entry = entry.key
        isDisabled = fields.bool("disabled", default: false, help: "Leaves the filter out on this route.")
        config = fields.node("config", help: "Replaces the entry's config on this route.")
        position = entry.keyPosition
        self.location = location
    }
}
