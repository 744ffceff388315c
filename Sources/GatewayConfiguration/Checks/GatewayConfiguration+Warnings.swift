import FilterAPI

/// The filters that may answer in the upstream's place before later filters have run.
private let answeringFilters: Set<String> = ["ai-cache"]

extension GatewayConfiguration {
    func warnAboutOrder(_ issues: ConfigurationIssues) {
        let order = filterOrder
        warnAboutEqualPriorities(order, issues)
        warnAboutOverruledPriorities(order, issues)
        for cache in filters where answeringFilters.contains(cache.filter) && cache.phase < .authz {
            for entry in filters where entry.phase == .authz { warn(about: entry, behind: cache, issues) }
        }
    }

    private func warnAboutEqualPriorities(_ order: ChainOrder, _ issues: ConfigurationIssues) {
        var first: [String: Int] = [:]
        for (index, entry) in filters.enumerated() {
            let place = "\(entry.phase.rawValue) \(entry.priority)"
            guard let earlier = first[place] else {
                first[place] = index
                continue
            }
            guard !order.isDecided(earlier, index) else { continue }
            issues.warning(
                at: entry.position,
                entry.location,
                "has the same phase and priority (\(place)) as \(filters[earlier].shown); they run in the file's order"
            )
        }
    }

    private func warn(
        about entry: FilterEntryConfiguration,
        behind cache: FilterEntryConfiguration,
        _ issues: ConfigurationIssues
    ) {
        let name = cache.shown
        issues.warning(
            at: entry.position,
            entry.location,
            "runs after \(name), whose hits are answered before it; to check hits too, give this entry "
                + "\"phase: \(cache.phase.rawValue)\" and a priority over \(cache.priority), or give \(name) "
                + "\"phase: AUTHZ\" and a priority under \(entry.priority)"
        )
    }

    func warnAboutShadowedRoutes(_ issues: ConfigurationIssues) {
        var first: [MatchConfiguration: RouteConfiguration] = [:]
        for route in routes {
            guard let earlier = first[route.match.canonical] else {
                first[route.match.canonical] = route
                continue
            }
            let name = earlier.nameReference?.shown ?? quoted(earlier.name)
            issues.warning(
                at: route.position,
                route.location,
                "never matches, because route \(name) has the same conditions"
            )
        }
    }

    /// A Kubernetes service, which is declared nowhere, has no ring either.
    func warnAboutIdleHashPolicies(_ issues: ConfigurationIssues) {
        for route in routes where !route.hashPolicy.isEmpty {
            let policies = route.targets.map { catalog[$0.text]?.loadBalancing.policy }
            guard !policies.contains(.ringHash) else { continue }
            issues.warning(
                at: route.hashPolicyPosition,
                route.location.key("hashPolicy"),
                "has no effect, because no service of the route has the policy ringHash"
            )
        }
    }

    func warnAboutUnusedServices(_ issues: ConfigurationIssues) {
        var used = Set(routes.flatMap { $0.targets + $0.assistants }.map(\.text))
        if let tracing { used.insert(tracing.service) }
        for node in filters.flatMap({ [$0.config] + $0.matchRules.map(\.config) }) { node?.collectTexts(&used) }
        for filter in routes.lazy.flatMap(\.filters) { filter.config?.collectTexts(&used) }
        for service in services where !used.contains(service.address) {
            guard let name = service.nameReference else { continue }
            issues.warning(
                at: name.position,
                name.location,
                "no route and no filter uses \(name.shown == Secret.redacted ? name.shown : quoted(service.address))"
            )
        }
    }
}

extension ConfigurationNode {
    /// Every text below the node: whichever key of a filter names a service, the address is among them.
    fileprivate func collectTexts(_ texts: inout Set<String>) {
        switch content {
        case .null: break
        case .scalar(let scalar): texts.insert(scalar.text)
        case .sequence(let items): for item in items { item.collectTexts(&texts) }
        case .mapping(let entries): for entry in entries { entry.value.collectTexts(&texts) }
        }
    }
}
