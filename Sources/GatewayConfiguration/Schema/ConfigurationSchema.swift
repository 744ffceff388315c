import FilterAPI

/// The JSON Schema of the whole configuration file, made from what its readers and those of the filters declare.
///
/// It takes every file that `sluice check` takes. It cannot see what only shows when several places are read together, such
/// as names that nothing has; that is left to `sluice check`.
///
/// Source: JSON Schema, draft 2020-12.
public struct ConfigurationSchema: Sendable {
    private let filters: [FilterDescription]

    /// The schema for a program with these filters.
    public init(filters: [FilterDescription]) {
        self.filters = filters.sorted { $0.name < $1.name }
    }

    /// The schema as JSON text.
    public var text: String {
        var output = ""
        document.write(to: &output)
        return output
    }

    private var document: SchemaNode {
        let head: SchemaNode = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Configuration of the gateway",
            "description": "One YAML file; see docs/configuration.md. Further checks: sluice check FILE.",
        ]
        let replaced: SchemaReplacements = [
            "filters": ["type": "array", "items": ["$ref": "#/$defs/filter"]],
            "routes.filters": routeFilters,
        ]
        guard case .object(let body) = SchemaNode.mapping(GatewayConfiguration.keys, replaced) else { return head }
        return head.adding(body + [("$defs", .object(definitions))])
    }

    private var definitions: [(String, SchemaNode)] {
        let common: [(String, SchemaNode)] = [
            ("text", ["type": ["string", "number", "boolean"]]),
            ("reference", .pattern("\\$\\{[^}]+\\}")),
            ("filter", entry),
        ]
        return common
            + filters.flatMap { filter -> [(String, SchemaNode)] in
                let config = SchemaNode.mapping(filter.keys).orNull.adding([("description", .text(filter.summary))])
                return [("filter-\(filter.name)", config), ("rule-\(filter.name)", ruleConfig(of: filter))]
            }
    }

    /// The configuration in a match rule or a route: a whole one, or only the keys that may stand alone there.
    private func ruleConfig(of filter: FilterDescription) -> SchemaNode {
        let whole: SchemaNode = ["$ref": .text("#/$defs/filter-\(filter.name)")]
        guard !filter.ruleKeys.isEmpty else { return whole }
        var keys = filter.keys.filter { filter.ruleKeys.contains($0.name) }
        for index in keys.indices { keys[index].isRequired = false }
        return .anyOf([whole, .mapping(keys)])
    }

    /// An item of `filters`: its `config` is that of the filter which it names.
    private var entry: SchemaNode {
        let keys = GatewayConfiguration.keys.first { $0.name == "filters" }?.fields ?? []
        let names = filters.map { SchemaNode.text($0.name) }
        let named: SchemaNode = .anyOf([.object([("enum", .list(names))]), .reference])
        let entry = SchemaNode.mapping(keys, path: "filters", ["filters.filter": named])
        return entry.adding([("allOf", .list(filters.map { condition(for: $0) }))])
    }

    private func condition(for filter: FilterDescription) -> SchemaNode {
        let rule: SchemaNode = ["$ref": .text("#/$defs/rule-\(filter.name)")]
        let config: SchemaNode = ["$ref": .text("#/$defs/filter-\(filter.name)")]
        let then: SchemaNode = [
            "properties": [
                "config": config,
                "matchRules": ["items": ["properties": ["config": rule]]],
            ]
        ]
        let needsConfig = filter.keys.contains(where: \.isRequired)
        let whole: [(String, SchemaNode)] =
            needsConfig ? [("anyOf", [["required": ["config"]], ["required": ["matchRules"]]])] : []
        return [
            "if": ["properties": ["filter": ["const": .text(filter.name)]], "required": ["filter"]],
            "then": then.adding(whole),
        ]
    }

    /// A route's say over filters: by the names of entries, which are those of filters unless the file says otherwise.
    private var routeFilters: SchemaNode {
        let known = filters.map { filter -> (String, SchemaNode) in
            let config: SchemaNode = ["$ref": .text("#/$defs/rule-\(filter.name)")]
            return (filter.name, say(["config": config]))
        }
        return ["type": "object", "properties": .object(known), "additionalProperties": say([:])]
    }

    private func say(_ replaced: SchemaReplacements) -> SchemaNode {
        SchemaNode.mapping(RouteFilterConfiguration.keys, replaced).orNull
    }
}
