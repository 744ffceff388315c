import FilterAPI

/// What a rule does: `operate`.
enum TransformOperation: String, CaseIterable {
    case remove, rename, replace, add, append, map, dedupe
}

/// Reads the rules for one direction.
struct TransformReading {
    private enum MapSource: String, CaseIterable {
        case headers, querys, body
    }

    private let side: TransformSide

    init(_ side: TransformSide) { self.side = side }

    /// Reads a list of rules, and puts their items together by the part that they are for.
    func rules(_ key: String, _ fields: ConfigurationFields, help: String) -> TransformRules {
        let rules = fields.objects(key, named: "operate", help: help) { rule in
            rule.variant(
                "operate",
                of: TransformOperation.allCases.map { self.variant($0) },
                help: "What the rule does."
            )?
            .value ?? TransformRules()
        }
        return rules.reduce(into: TransformRules()) { all, rule in
            all.fields += rule.fields
            all.query += rule.query
            all.body += rule.body
        }
    }

    private func variant(_ operation: TransformOperation) -> ConfigurationVariant<TransformRules> {
        ConfigurationVariant(operation.rawValue) { rule in
            let source = operation == .map ? self.mapSource(rule) : nil
            let rules = TransformRules(
                fields: rule.objects("headers", help: "Header fields that are changed.") {
                    self.fieldStep(operation, source, $0)
                },
                query: self.side == .response
                    ? []
                    : rule.objects("querys", help: "Query parameters that are changed.") {
                        self.queryStep(operation, source, $0)
                    },
                body: rule.objects("body", help: "Values of a JSON body or a form that are changed.") {
                    self.bodyStep(operation, source, $0)
                }
            )
            if !rule.isDescribing, rules.isEmpty {
                rule.error(
                    "found a rule without items; expected headers\(self.side == .request ? ", querys" : "") or body"
                )
            }
            return rules
        }
    }

    private func mapSource(_ rule: ConfigurationFields) -> MapSource? {
        let help = "Where the values are; default: the part that they are for."
        if self.side == .request { return rule.choice("mapSource", of: MapSource.self, help: help) }
        return rule.choice("mapSource", spellings: [("headers", MapSource.headers), ("body", .body)], help: help)
    }
}

// MARK: - Items

extension TransformReading {
    private func fieldStep(
        _ operation: TransformOperation,
        _ source: MapSource?,
        _ item: ConfigurationFields
    ) -> TransformStep<FieldKey> {
        TransformItem(item, operation, side: self.side, isBody: false)
            .step(self.source(source ?? .headers), isForFields: true) { self.field($0, item, isWritten: $1) }
    }

    private func queryStep(
        _ operation: TransformOperation,
        _ source: MapSource?,
        _ item: ConfigurationFields
    ) -> TransformStep<String> {
        TransformItem(item, operation, side: self.side, isBody: false)
            .step(self.source(source ?? .querys)) { key, _ in item.requiredString(key, help: TransformItem.help(key)) }
    }

    private func bodyStep(
        _ operation: TransformOperation,
        _ source: MapSource?,
        _ item: ConfigurationFields
    ) -> TransformStep<BodyKey> {
        TransformItem(item, operation, side: self.side, isBody: true)
            .step(self.source(source ?? .body)) { key, isWritten in self.bodyKey(key, item, operation, isWritten) }
    }

    private func source(_ source: MapSource) -> (ConfigurationFields) -> TransformSource {
        { item in
            switch source {
            case .headers: .field(self.field("fromKey", item, isWritten: false))
            case .querys: .query(item.requiredString("fromKey", help: TransformItem.help("fromKey")))
            case .body: .body(BodyKey(item.requiredString("fromKey", help: TransformItem.help("fromKey"))))
            }
        }
    }

    private func field(_ key: String, _ item: ConfigurationFields, isWritten: Bool) -> FieldKey {
        let name = item.requiredString(key, help: TransformItem.help(key))
        guard !item.isDescribing, !name.isEmpty else { return .field(HeaderName(name)) }
        guard let field = FieldKey(name, of: self.side) else {
            item.error(at: key, "found a name that no header field can have; expected letters, digits and hyphens")
            return .field(HeaderName(name))
        }
        if isWritten, !field.isWritable {
            item.error(at: key, "found \(name), which the gateway sets itself; expected another field")
        }
        return field
    }

    private func bodyKey(
        _ key: String,
        _ item: ConfigurationFields,
        _ operation: TransformOperation,
        _ isWritten: Bool
    ) -> BodyKey {
        let body = BodyKey(item.requiredString(key, help: TransformItem.help(key)))
        if !item.isDescribing, body.path.hasEvery, operation != .replace {
            item.error(at: key, "found \"#\", which stands for every element; expected it in replace only")
        }
        return body
    }
}
