package import FilterAPI

/// An item of `matchRules`: where another configuration of the filter applies. All conditions have to hold.
package struct MatchRuleConfiguration: Sendable {
    /// Hosts in lower case: a name, `*.name`, or `*`; empty takes every host.
    package let domains: [String]
    /// Names of routes; empty takes every route.
    package let routes: [String]
    /// Addresses of services; empty takes every service.
    package let services: [String]
    /// What replaces the entry's `config`.
    package let config: ConfigurationNode?
    /// Whether the filter is left out.
    package let isDisabled: Bool
    let routeReferences: [ConfigurationReference]
    let serviceReferences: [ConfigurationReference]
    /// Where the rule stands.
    package let position: SourcePosition
    /// What the rule is called in messages.
    package let location: ConfigurationLocation

    init(_ fields: ConfigurationFields) {
        domains = fields.domainPatterns("domain", help: "Hosts: chat.example.com, *.example.com or *.")
        routes = fields.strings("route", form: .listOrScalar, help: "Names of routes.")
        services = fields.strings("service", form: .listOrScalar, help: "Addresses of services.")
        config = fields.node("config", help: "Replaces the entry's config here.")
        isDisabled = fields.bool("disabled", default: false, help: "Leaves the filter out here.")
        routeReferences = fields.references(at: "route")
        serviceReferences = fields.references(at: "service")
        position = fields.position
        location = fields.location
        if !fields.isDescribing, !["domain", "route", "service"].contains(where: fields.has) {
            fields.error("found none of domain, route, service; expected at least one")
        }
    }
}
