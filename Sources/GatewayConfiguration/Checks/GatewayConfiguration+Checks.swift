import FilterAPI

/// What can only be seen once all parts have been read.
extension GatewayConfiguration {
    func check(_ context: ConfigurationContext, _ descriptions: [String: FilterDescription]) {
        let issues = context.issues
        checkNames(issues)
        checkListenerAddresses(issues)
        checkCertificateDomains(issues)
        checkReferences(issues)
        checkUpgrades(issues)
        checkFilters(context, descriptions)
        checkFilterOrder(issues)
        // Doubts about a file that is refused anyway would only hide its mistakes.
        guard !issues.containsErrors else { return }
        warnAboutOrder(issues)
        warnAboutShadowedRoutes(issues)
        warnAboutUnusedServices(issues)
        warnAboutUpgradesWithoutGET(issues)
        warnAboutIdleHashPolicies(issues)
    }

    private func checkNames(_ issues: ConfigurationIssues) {
        issues.reportDuplicates(listeners.map { ($0.name, $0.nameReference) }, "listener name")
        issues.reportDuplicates(routes.map { ($0.name, $0.nameReference) }, "route name")
        // A service without a name is reported already, and must not collide with another one.
        issues.reportDuplicates(services.map { ($0.name.isEmpty ? "" : $0.address, $0.nameReference) }, "service")
        issues.reportDuplicates(filters.map { ($0.name, $0.nameReference) }, "filter entry name")
    }

    private func checkListenerAddresses(_ issues: ConfigurationIssues) {
        let addresses =
            [(admin?.address, admin?.addressReference)] + listeners.map { ($0.address, $0.addressReference) }
        let fixed = addresses.filter { ($0.0?.port ?? 0) != 0 }
        issues.reportDuplicates(fixed.map { ($0.0?.description ?? "", $0.1) }, "address")
        for (address, reference) in fixed {
            guard let address, let reference else { continue }
            for case (let other?, let first?) in fixed where other.covers(address) {
                issues.error(
                    at: reference.position,
                    reference.location,
                    "found \(reference.shown), which \(first.shown) at line \(first.position.line) has already: "
                        + "it stands for every address"
                )
            }
        }
    }

    private func checkCertificateDomains(_ issues: ConfigurationIssues) {
        for listener in listeners {
            let references = listener.tls?.certificates.flatMap(\.domainReferences) ?? []
            let names = references.map { reference in
                ((try? HostName.certificateName(reference.text)) ?? "", Optional(reference))
            }
            issues.reportDuplicates(names, "domain")
        }
    }

    private func checkReferences(_ issues: ConfigurationIssues) {
        for route in routes {
            for service in route.targets + route.assistants { checkHTTPService(service, issues) }
        }
        if let service = tracing?.serviceReference { checkHTTPService(service, issues) }
        let entryNames = Set(filters.map(\.name))
        let entries = filters.map { ($0.name, $0.nameReference) }
        for filter in routes.lazy.flatMap(\.filters) where !entryNames.contains(filter.entry) {
            let hint = issues.hintOrList(filter.entry, entries, "the chain's entries")
            issues.error(
                at: filter.position,
                filter.location,
                "no filter entry has the name \(quoted(filter.entry))\(hint)"
            )
        }
        let routeNames = Set(routes.map(\.name))
        let named = routes.map { ($0.name, $0.nameReference) }
        for rule in filters.lazy.flatMap(\.matchRules) {
            for route in rule.routeReferences where !routeNames.contains(route.text) {
                let hint = issues.hintOrList(route.text, named, "the routes")
                issues.error(at: route.position, route.location, "no route has the name \(route.shown)\(hint)")
            }
            for service in rule.serviceReferences { checkService(service, issues) }
        }
    }

    /// A service that requests are sent to.
    private func checkHTTPService(_ reference: ConfigurationReference, _ issues: ConfigurationIssues) {
        checkService(reference, issues)
        guard let service = services.first(where: { $0.address == reference.text }) else { return }
        guard service.wireProtocol == .redis || service.wireProtocol == .rediss else { return }
        issues.error(
            at: reference.position,
            reference.location,
            "found \(reference.shown), which speaks \(service.wireProtocol.rawValue); expected a service that speaks HTTP"
        )
    }

    private func checkService(_ reference: ConfigurationReference, _ issues: ConfigurationIssues) {
        guard !reference.text.isEmpty else { return }
        // Nothing but the name is given here; a Kubernetes service then has port 80.
        let port = ServiceCatalog.needsNoDeclaration(reference.text) ? 80 : nil
        if case .failure(let failure) = catalog.service(reference.text, port: port) {
            let message = failure.message.replacing(quoted(reference.text), with: reference.shown)
            issues.error(at: reference.position, reference.location, message)
        }
    }
}

extension ConfigurationIssues {
    /// Reports each name that was there before, with the line of the first.
    func reportDuplicates(_ names: [(String, ConfigurationReference?)], _ kind: String) {
        var first: [String: ConfigurationReference] = [:]
        for (name, reference) in names {
            guard let reference, !name.isEmpty else { continue }
            if let earlier = first[name] {
                let shown = reference.shown == Secret.redacted ? reference.shown : quoted(name)
                error(
                    at: reference.position,
                    reference.location,
                    "duplicate \(kind) \(shown); first used at line \(earlier.position.line)"
                )
            } else {
                first[name] = reference
            }
        }
    }

    /// The nearest name, or else the first ten of them; without those that came from the environment.
    func hintOrList(_ name: String, _ names: [(String, ConfigurationReference?)], _ what: String) -> String {
        guard !names.isEmpty else { return "; there are none" }
        let shown = names.filter { $0.1?.isSubstituted != true }.map { $0.0 }
        let hint = hint(for: name, among: shown)
        if !hint.isEmpty { return hint }
        let list = shown.prefix(10).joined(separator: ", ") + (shown.count > 10 ? ", ..." : "")
        return shown.isEmpty ? "" : "; \(what): \(list)"
    }
}
