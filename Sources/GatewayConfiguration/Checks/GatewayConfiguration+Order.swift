package import FilterAPI

extension GatewayConfiguration {
    /// The order in which requests pass the entries of ``filters``.
    package var filterOrder: ChainOrder { ChainOrder(filters.map(\.place)) }

    /// What `before` and `after` ask for and cannot have.
    func checkFilterOrder(_ issues: ConfigurationIssues) {
        for conflict in filterOrder.conflicts {
            switch conflict {
            case .unknown(let wish): reportUnknown(wish, issues)
            case .itself(let wish): report(wish, "found \(found(wish)), which is this entry itself", issues)
            case .phase(let wish, let other): reportPhase(wish, filters[other], issues)
            case .cycle(let entries): reportCycle(entries.map { filters[$0] }, issues)
            case .between(let entry, let after, let before):
                reportBetween(filters[entry], filters[after], filters[before], issues)
            }
        }
    }

    private func reportUnknown(_ wish: ChainOrder.Wish, _ issues: ConfigurationIssues) {
        guard let reference = reference(wish), !filters[wish.entry].filter.isEmpty else { return }
        let others = filters.enumerated().filter { $0.offset != wish.entry }
            .map { ($0.element.name, $0.element.nameReference) }
        let hint = issues.hintOrList(reference.text, others, "the other entries")
        report(wish, "no filter entry has the name \(reference.shown), nor is one of that filter\(hint)", issues)
    }

    private func reportPhase(_ wish: ChainOrder.Wish, _ other: FilterEntryConfiguration, _ issues: ConfigurationIssues)
    {
        let entry = filters[wish.entry]
        report(
            wish,
            "cannot run \(wish.side.rawValue) \(other.shown): it is of phase \(entry.phase.rawValue), and "
                + "\(other.shown) of \(other.phase.rawValue), which runs "
                + "\(wish.side == .before ? "earlier" : "later"); give it \"phase: \(other.phase.rawValue)\"",
            issues
        )
    }

    private func reportCycle(_ entries: [FilterEntryConfiguration], _ issues: ConfigurationIssues) {
        guard let first = entries.first else { return }
        let way = (entries + [first]).map(\.shown).joined(separator: " before ")
        let reference = first.beforeReferences.first ?? first.afterReferences.first
        issues.error(
            at: reference?.position ?? first.position,
            reference?.location ?? first.location,
            "the entries wait for each other: \(way); leave one \"before\" or \"after\" of them out"
        )
    }

    private func reportBetween(
        _ entry: FilterEntryConfiguration,
        _ earlier: FilterEntryConfiguration,
        _ later: FilterEntryConfiguration,
        _ issues: ConfigurationIssues
    ) {
        let reference = entry.afterReferences.first ?? entry.beforeReferences.first
        issues.error(
            at: reference?.position ?? entry.position,
            reference?.location ?? entry.location,
            "cannot run after \(earlier.shown) and before \(later.shown): \(later.shown) (priority \(later.priority)) "
                + "runs before \(earlier.shown) (\(earlier.priority)); change one of these priorities"
        )
    }

    /// A priority that the file gives, and that `before` or `after` overrule.
    func warnAboutOverruledPriorities(_ order: ChainOrder, _ issues: ConfigurationIssues) {
        for index in order.moved.sorted() where filters[index].hasOwnPriority {
            let entry = filters[index]
            issues.warning(
                at: entry.position,
                entry.location,
                "its priority \(entry.priority) has no effect, because \"before\" or \"after\" put it elsewhere"
            )
        }
    }

    private func report(_ wish: ChainOrder.Wish, _ message: String, _ issues: ConfigurationIssues) {
        let entry = filters[wish.entry]
        let reference = reference(wish)
        issues.error(at: reference?.position ?? entry.position, reference?.location ?? entry.location, message)
    }

    private func found(_ wish: ChainOrder.Wish) -> String { reference(wish)?.shown ?? "a name" }

    private func reference(_ wish: ChainOrder.Wish) -> ConfigurationReference? {
        let entry = filters[wish.entry]
        let references = wish.side == .before ? entry.beforeReferences : entry.afterReferences
        return references.indices.contains(wish.item) ? references[wish.item] : nil
    }
}

extension FilterEntryConfiguration {
    fileprivate var place: ChainOrder.Place {
        ChainOrder.Place(name: name, filter: filter, phase: phase, priority: priority, before: before, after: after)
    }

    /// The name for messages.
    var shown: String { nameReference?.shown ?? quoted(name) }
}
