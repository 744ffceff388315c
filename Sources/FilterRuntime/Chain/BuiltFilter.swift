package import FilterAPI

/// A filter with all that it was built from, so that a reload can tell whether it would be built the same again.
package struct BuiltFilter: Sendable {
    private let type: ObjectIdentifier
    /// The name of its entry.
    let entry: String
    private let scope: FilterScope
    private let config: ConfigurationNode?
    private let services: [ServiceQuestion: ServiceQuestion.Answer]
    /// The filter.
    let filter: BoundFilter
    /// What it shares with other configurations.
    package let shared: SharedFilterState

    init(
        type: any Filter.Type,
        entry: String,
        scope: FilterScope,
        config: ConfigurationNode?,
        services: [ServiceQuestion: ServiceQuestion.Answer],
        filter: BoundFilter,
        shared: SharedFilterState
    ) {
        self.type = ObjectIdentifier(type)
        self.entry = entry
        self.scope = scope
        self.config = config
        self.services = services
        self.filter = filter
        self.shared = shared
    }

    /// Whether the same filter would come of the same entry, an equal configuration, and services that answer the same.
    func isCurrent(
        for type: any Filter.Type,
        entry: String,
        scope: FilterScope,
        config: ConfigurationNode?,
        services: [ServiceQuestion: ServiceQuestion.Answer]
    ) -> Bool {
        guard self.type == ObjectIdentifier(type), self.entry == entry, self.scope == scope else { return false }
        guard self.services == services else { return false }
        switch (self.config, config) {
        case (nil, nil): return true
        case (let old?, let new?): return old.hasEqualContent(new)
        default: return false
        }
    }
}
