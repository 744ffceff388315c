public import FilterAPI
import FilterRuntime
package import GatewayConfiguration

/// The filters that a configuration may name.
public struct FilterRegistry: Sendable {
    /// The filters in the order in which they were registered.
    public let filters: [any Filter.Type]

    /// Makes a registry.
    ///
    /// - Parameter filters: The filters; of two with one name the last counts, so that a user's own replaces a bundled
    ///   one.
    public init(_ filters: [any Filter.Type]) {
        var byName: [String: any Filter.Type] = [:]
        for filter in filters { byName[filter.name] = filter }
        var seen: Set<String> = []
        self.filters = filters.compactMap { seen.insert($0.name).inserted ? byName[$0.name] : nil }
    }

    /// The filter of a name.
    public func filter(named name: String) -> (any Filter.Type)? {
        self.filters.first { $0.name == name }
    }

    /// The JSON Schema (draft 2020-12) of a configuration that names these filters.
    public var schema: String { ConfigurationSchema(filters: self.descriptions).text }

    /// What the reader of configurations has to know.
    package var descriptions: [FilterDescription] { self.filters.map { description(of: $0) } }
}

private func description<F: Filter>(of filter: F.Type) -> FilterDescription {
    FilterDescription(
        name: F.name,
        defaultPhase: F.phase,
        defaultPriority: F.priority,
        summary: F.summary,
        keys: ConfigurationFields.describe(F.Configuration.self),
        ruleKeys: F.ruleKeys
    ) { candidate, context in
        let node =
            candidate.use == .entry
            ? candidate.node
            : FilterDefinition.merged(candidate.node, over: candidate.base, ruleKeys: F.ruleKeys)
        ConfigurationFields.read(
            node,
            position: candidate.position,
            location: candidate.location,
            context: context
        ) { _ = F.Configuration($0) }
    }
}
