import FilterAPI

extension GatewayConfiguration {
    /// Unknown filters, and every configuration of the known ones.
    func checkFilters(_ context: ConfigurationContext, _ descriptions: [String: FilterDescription]) {
        for entry in filters {
            guard let description = descriptions[entry.filter] else {
                reportUnknown(entry, descriptions.keys.sorted(), context.issues)
                continue
            }
            if !entry.runsOnlyByRule { validate(entry, description, context) }
            for rule in entry.matchRules where !rule.isDisabled || rule.config != nil {
                let candidate = FilterDescription.Candidate(
                    node: rule.config,
                    position: rule.position,
                    location: rule.location.key("config"),
                    use: .rule,
                    base: entry.config
                )
                description.validate(candidate, context)
            }
        }
        checkRouteFilters(context, descriptions)
    }

    private func validate(
        _ entry: FilterEntryConfiguration,
        _ description: FilterDescription,
        _ context: ConfigurationContext
    ) {
        let candidate = FilterDescription.Candidate(
            node: entry.config,
            position: entry.position,
            location: entry.location.key("config"),
            use: .entry,
            base: nil
        )
        description.validate(candidate, context)
    }

    private func checkRouteFilters(_ context: ConfigurationContext, _ descriptions: [String: FilterDescription]) {
        let entries = Dictionary(filters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for filter in routes.lazy.flatMap(\.filters) where filter.config != nil {
            guard let entry = entries[filter.entry], let description = descriptions[entry.filter] else { continue }
            let candidate = FilterDescription.Candidate(
                node: filter.config,
                position: filter.position,
                location: filter.location.key("config"),
                use: .route,
                base: entry.config
            )
            description.validate(candidate, context)
        }
    }

    private func reportUnknown(
        _ entry: FilterEntryConfiguration,
        _ names: [String],
        _ issues: ConfigurationIssues
    ) {
        guard let reference = entry.filterReference, !entry.filter.isEmpty else { return }
        let hint = hint(for: entry.filter, among: names)
        let list =
            names.isEmpty ? "; no filters are registered" : "; registered filters: \(names.joined(separator: ", "))"
        issues.error(
            at: reference.position,
            reference.location,
            "unknown filter \(reference.shown)\(hint.isEmpty ? list : hint)"
        )
    }
}
