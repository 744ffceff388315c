package import FilterAPI

/// An item of `filters`: one filter of the chain.
package struct FilterEntryConfiguration: Sendable {
    /// What an error inside the filter does to the stream.
    package enum FailStrategy: String, Sendable, CaseIterable {
        /// The stream is answered with 500.
        case close = "FAIL_CLOSE"
        /// The stream goes on as if the filter were absent.
        case open = "FAIL_OPEN"
    }

    /// The registered name of the filter.
    package let filter: String
    /// The name of this entry, unique in the chain; by default the filter's name.
    package let name: String
    /// The phase; by default the filter's own.
    package let phase: FilterPhase
    /// The priority within the phase, higher runs first; by default the filter's own.
    package let priority: Int
    /// Whether the file gives the priority.
    package let hasOwnPriority: Bool
    /// Names of entries or filters of the same phase that this entry runs before; they go over the priority.
    package let before: [String]
    /// Names of entries or filters of the same phase that this entry runs after; they go over the priority.
    package let after: [String]
    /// What an error inside the filter does to the stream; by default it is answered with 500.
    package let failStrategy: FailStrategy
    /// The configuration that applies everywhere; nil when there is none.
    package let config: ConfigurationNode?
    /// The rules, of which the first that matches applies instead of `config`.
    package let matchRules: [MatchRuleConfiguration]
    /// Where the entry stands.
    package let position: SourcePosition
    /// What the entry is called in messages.
    package let location: ConfigurationLocation
    let filterReference: ConfigurationReference?
    let nameReference: ConfigurationReference?
    let beforeReferences: [ConfigurationReference]
    let afterReferences: [ConfigurationReference]

    /// Whether the filter runs only where a rule matches.
    package var runsOnlyByRule: Bool { config == nil && !matchRules.isEmpty }

    init(_ fields: ConfigurationFields, descriptions: [String: FilterDescription]) {
        let filter = fields.requiredString("filter", help: "The registered name of the filter.")
        let description = descriptions[filter]
        self.filter = filter
        name = fields.string("name", help: "Name of this entry; default: the filter's name.") ?? filter
        phase =
            fields.choice(
                "phase",
                spellings: FilterPhase.allCases.map { ($0.rawValue, $0) },
                aliases: phaseAliases(fields),
                help: "When it runs; default: the filter's own."
            ) ?? description?.defaultPhase ?? .unspecified
        priority =
            fields.integer(
                "priority",
                in: -1_000_000...1_000_000,
                help: "Order within the phase, higher first; default: the filter's own."
            )
            ?? description?.defaultPriority ?? 0
        hasOwnPriority = fields.has("priority")
        before = fields.strings(
            "before",
            form: .listOrScalar,
            help: "Entries or filters of the same phase that it runs before, whatever the priorities."
        )
        after = fields.strings(
            "after",
            form: .listOrScalar,
            help: "Entries or filters of the same phase that it runs after, whatever the priorities."
        )
        failStrategy = fields.choice(
            "failStrategy",
            spellings: FailStrategy.allCases.map { ($0.rawValue, $0) },
            aliases: [("fail_close", .close), ("fail_open", .open)],
            default: .close,
            defaultText: FailStrategy.close.rawValue,
            help: "What an error inside the filter does to the stream."
        )
        config = fields.node("config", help: "The filter's configuration.")
        matchRules = fields.objects("matchRules", help: "Where another configuration applies; the first match wins.") {
            MatchRuleConfiguration($0)
        }
        position = fields.position
        location = fields.location
        filterReference = fields.reference(at: "filter")
        nameReference = fields.reference(at: fields.has("name") ? "name" : "filter")
        beforeReferences = fields.references(at: "before")
        afterReferences = fields.references(at: "after")
    }
}

/// The spelling of `phase` in this file when it is one of the ecosystem's many.
private func phaseAliases(_ fields: ConfigurationFields) -> [(String, FilterPhase)] {
    guard !fields.isDescribing else { return FilterPhase.commonSpellings }
    guard let text = fields.reference(at: "phase")?.text, let phase = FilterPhase(spelling: text) else { return [] }
    return [(text, phase)]
}
