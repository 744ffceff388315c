import FilterAPI

/// The limits of a filter that counts for several gateways: one for everything, or rules of which the first that says
/// something about a request counts.
struct LimitRules: Sendable {
    /// What a request counts for.
    typealias Found = (rule: LimitRule, value: LimitValue)

    /// Begins what is counted: gateways and entries with the same name and limits count together.
    let name: String
    /// The limit of everything together; `nil` when rules decide.
    private let global: RateLimit?
    /// Searched in their order.
    private let rules: [LimitRule]

    /// Calls `body` once with the limit that a request counts for, and with rule and value unless it is the one for everything;
    /// not at all for a request that is free.
    func match(_ stream: StreamContext, _ body: (_ limit: RateLimit, _ found: Found?) -> Void) {
        if let global = self.global { return body(global, nil) }
        var isFound = false
        for rule in self.rules where !isFound {
            rule.match(stream) { key, value in
                isFound = true
                body(rule.keys.keys[key].limit, (rule, value))
            }
        }
    }
}

extension LimitRules {
    /// Reads `rule_name`, and `global_threshold` or `rule_items`.
    init(_ fields: ConfigurationFields, _ unit: RateLimit.Unit) {
        self.name = fields.requiredString(
            "rule_name",
            help: "Name of the rule; gateways and entries with the same name and limits count together."
        )
        let global = fields.object("global_threshold", help: "One limit for all \(unit) together.") {
            RateLimit($0, unit)
        }
        let items = fields.objects(
            "rule_items",
            help: "Limits by header fields, parameters and so on; the first that says something about a request counts."
        ) { LimitRule($0, unit) }
        self.global = global ?? nil
        self.rules = items.compactMap { $0 }
        guard !fields.isDescribing else { return }
        switch (fields.has("global_threshold"), fields.has("rule_items")) {
        case (true, true):
            fields.error(at: "rule_items", "found global_threshold and rule_items; expected exactly one of them")
        case (false, false):
            fields.error("found none of global_threshold, rule_items; expected exactly one")
        case (false, true) where items.isEmpty:
            fields.error(at: "rule_items", "found no rule; expected at least one")
        default: break
        }
    }
}
