import FilterAPI
import NIOCore

/// Reads the keywords of one subschema.
struct SchemaRules {
    let reading: SchemaReading
    let fields: ConfigurationFields
    let pointer: String
    let owner: Int

    init(_ reading: SchemaReading, _ fields: ConfigurationFields, pointer: String, owner: Int) {
        self.reading = reading
        self.fields = fields
        self.pointer = pointer
        self.owner = owner
    }

    /// The rules in the order in which their violations are most helpful.
    func read() -> [SchemaRule] {
        self.ignoreAnnotations()
        let reference = self.fields.node("$ref", help: "Another schema.")
        let rules =
            self.values() + self.numbers() + self.strings() + self.arrays() + self.objects() + self.combinations()
        guard let reference, let scalar = reference.scalar else { return rules }
        self.reading.refer(reference, self.fields.location.key("$ref"), owner: self.owner, to: scalar.text)
        return []
    }

    /// Keywords that say something to people and tools and ask nothing of a text.
    private func ignoreAnnotations() {
        let names = [
            "$schema", "$id", "id", "$comment", "title", "description", "default", "example", "examples", "readOnly",
            "writeOnly", "deprecated", "contentMediaType", "contentEncoding", "contentSchema", "discriminator", "xml",
            "externalDocs",
        ]
        for name in names { _ = self.fields.node(name, help: "") }
        for name in ["definitions", "$defs"] {
            guard let node = self.fields.node(name, help: "") else { continue }
            _ = self.subschemas(node, name)
        }
    }
}

// MARK: - Values of any kind

extension SchemaRules {
    private func values() -> [SchemaRule] {
        var rules: [SchemaRule] = []
        if let types = self.types() { rules.append(.type(types)) }
        if let node = self.fields.node("enum", help: "") {
            if let items = node.items, !items.isEmpty {
                rules.append(self.values(items))
            } else {
                self.fields.error(at: "enum", "expected a list of values, at least one")
            }
        }
        if let node = self.fields.nodeOfAnyKind("const") { rules.append(self.values([node])) }
        return rules
    }

    private func values(_ nodes: [ConfigurationNode]) -> SchemaRule {
        var values: Set<[UInt8]> = []
        var shown: [String] = []
        for node in nodes {
            let json = node.json.bytes
            if let document = JSONDocument(json) {
                var canonical = CanonicalJSON()
                canonical.write(JSONDocument.root, of: document)
                values.insert(canonical.output)
            }
            shown.append(String(buffer: json))
        }
        return .values(values, shown: shown)
    }

    private func types() -> SchemaType? {
        let spellings = SchemaType.names
        guard let node = self.fields.node("type", help: "") else { return nil }
        guard let items = node.items else {
            return self.fields.choice("type", spellings: spellings, help: "The kind of the value.")
        }
        if items.isEmpty { self.fields.error(at: "type", "found an empty list; expected at least one kind of value") }
        var types: SchemaType = []
        for (index, item) in items.enumerated() {
            let name = item.scalar?.text ?? ""
            if let type = spellings.first(where: { $0.0 == name })?.1 {
                types.insert(type)
            } else {
                self.fields.error(unknown: name, "kind of value", at: "type", item: index, among: spellings.map(\.0))
            }
        }
        return types
    }
}

// MARK: - Numbers and strings

extension SchemaRules {
    private func numbers() -> [SchemaRule] {
        var rules: [SchemaRule] = []
        if let step = self.fields.double("multipleOf", help: "What the number is a multiple of.") {
            if step > 0 {
                rules.append(.multipleOf(step))
            } else {
                self.fields.error(at: "multipleOf", "expected a number above 0")
            }
        }
        let maximum = self.fields.double("maximum", help: "The greatest number.")
        let minimum = self.fields.double("minimum", help: "The least number.")
        switch self.reading.draft {
        case .four:
            let isOpenAbove = self.fields.bool(
                "exclusiveMaximum",
                default: false,
                help: "Whether the greatest is left out."
            )
            let isOpenBelow = self.fields.bool(
                "exclusiveMinimum",
                default: false,
                help: "Whether the least is left out."
            )
            if let maximum { rules.append(.maximum(maximum, exclusive: isOpenAbove)) }
            if let minimum { rules.append(.minimum(minimum, exclusive: isOpenBelow)) }
        case .seven:
            if let maximum { rules.append(.maximum(maximum, exclusive: false)) }
            if let minimum { rules.append(.minimum(minimum, exclusive: false)) }
            if let limit = self.fields.double("exclusiveMaximum", help: "What the number is below.") {
                rules.append(.maximum(limit, exclusive: true))
            }
            if let limit = self.fields.double("exclusiveMinimum", help: "What the number is above.") {
                rules.append(.minimum(limit, exclusive: true))
            }
        }
        return rules
    }

    private func strings() -> [SchemaRule] {
        var rules: [SchemaRule] = []
        if let range = self.range("minLength", "maxLength") { rules.append(.length(range)) }
        if let pattern = self.fields.parsed("pattern", help: "A regular expression.", SchemaRules.pattern) {
            rules.append(.pattern(pattern))
        }
        if let format = self.fields.string("format", help: "The format of the text."),
            let known = SchemaFormat(rawValue: format)
        {
            rules.append(.format(known))
        }
        return rules
    }

    private static func pattern(_ text: String) throws(ConfigurationMistake) -> Pattern {
        do {
            return try Pattern(text)
        } catch {
            throw ConfigurationMistake("expected a regular expression: \(error)")
        }
    }

    private func range(_ least: String, _ most: String) -> ClosedRange<Int>? {
        let minimum = self.fields.integer(least, help: "The least number.")
        let maximum = self.fields.integer(most, help: "The greatest number.")
        if minimum == nil, maximum == nil { return nil }
        let range = (minimum ?? 0, maximum ?? Int.max)
        guard range.0 <= range.1 else {
            self.fields.error(at: most, "found less than \(least); expected at least \(range.0)")
            return nil
        }
        return range.0...range.1
    }
}

// MARK: - Arrays and objects

extension SchemaRules {
    private func arrays() -> [SchemaRule] {
        var rules: [SchemaRule] = []
        if let range = self.range("minItems", "maxItems") { rules.append(.elementCount(range)) }
        if self.fields.bool("uniqueItems", default: false, help: "Whether all elements differ.") {
            rules.append(.unique)
        }
        let rest = self.subschema("additionalItems")
        if let items = self.fields.node("items", help: "") {
            if let list = items.items {
                let first = self.subschemas(list, "items")
                rules.append(.elements(first: first, rest: rest))
            } else {
                rules.append(.elements(first: [], rest: self.subschema(items, "items")))
            }
        }
        if let node = self.subschema("contains") { rules.append(.contains(node)) }
        return rules
    }

    private func objects() -> [SchemaRule] {
        var rules: [SchemaRule] = []
        if let range = self.range("minProperties", "maxProperties") { rules.append(.memberCount(range)) }
        if self.fields.node("required", help: "") != nil {
            rules.append(.required(self.fields.strings("required", help: "Names of members.").map { self.name($0) }))
        }
        let named = self.fields.node("properties", help: "").map { self.subschemas($0, "properties") } ?? []
        let patterns =
            self.fields.node("patternProperties", help: "").map { self.subschemas($0, "patternProperties") } ?? []
        let rest = self.subschema("additionalProperties")
        if !named.isEmpty || !patterns.isEmpty || rest != nil {
            rules.append(
                .members(
                    named: Dictionary(
                        named.map { (self.name($0.name), $0.node) },
                        uniquingKeysWith: { first, _ in first }
                    ),
                    matching: patterns.compactMap { self.matching($0.name, $0.node) },
                    rest: rest
                )
            )
        }
        if let node = self.subschema("propertyNames") { rules.append(.memberNames(node)) }
        return rules + self.dependencies()
    }

    private func name(_ name: String) -> String { self.reading.foldsNames ? name.lowercased() : name }

    private func matching(_ text: String, _ node: Int) -> (Pattern, Int)? {
        do {
            return (try Pattern(self.reading.foldsNames ? "(?i)" + text : text), node)
        } catch {
            self.fields.error(at: "patternProperties", "found a name that is no regular expression: \(error)")
            return nil
        }
    }

    private func dependencies() -> [SchemaRule] {
        guard let node = self.fields.node("dependencies", help: "") else { return [] }
        guard let entries = node.entries else {
            self.fields.error(at: "dependencies", "expected a mapping of names to lists of names or schemas")
            return []
        }
        return entries.map { entry in
            if let items = entry.value.items {
                return .dependentNames(self.name(entry.key), items.compactMap { $0.scalar.map { self.name($0.text) } })
            }
            let place = self.fields.location.key("dependencies").key(entry.key)
            let pointer = "\(self.pointer)/dependencies/\(JSONSchema.pointerToken(entry.key))"
            return .dependentSchema(
                self.name(entry.key),
                self.reading.subschema(entry.value, at: place, pointer: pointer)
            )
        }
    }
}

// MARK: - Combinations and subschemas

extension SchemaRules {
    private func combinations() -> [SchemaRule] {
        var rules: [SchemaRule] = []
        if let nodes = self.list("allOf") { rules.append(.all(nodes)) }
        if let nodes = self.list("anyOf") { rules.append(.any(nodes)) }
        if let nodes = self.list("oneOf") { rules.append(.one(nodes)) }
        if let node = self.subschema("not") { rules.append(.not(node)) }
        let when = self.subschema("if")
        let then = self.subschema("then")
        let otherwise = self.subschema("else")
        if let when, then != nil || otherwise != nil {
            rules.append(.condition(when: when, then: then, otherwise: otherwise))
        }
        return rules
    }

    private func list(_ key: String) -> [Int]? {
        guard let node = self.fields.node(key, help: "") else { return nil }
        guard let items = node.items, !items.isEmpty else {
            self.fields.error(at: key, "expected a list of schemas, at least one")
            return nil
        }
        return self.subschemas(items, key)
    }

    private func subschema(_ key: String) -> Int? {
        self.fields.node(key, help: "").map { self.subschema($0, key) }
    }

    private func subschema(_ node: ConfigurationNode, _ key: String) -> Int {
        self.reading.subschema(node, at: self.fields.location.key(key), pointer: "\(self.pointer)/\(key)")
    }

    private func subschemas(_ items: [ConfigurationNode], _ key: String) -> [Int] {
        let place = self.fields.location.key(key)
        return items.enumerated().map { index, item in
            self.reading.subschema(item, at: place.item(index), pointer: "\(self.pointer)/\(key)/\(index)")
        }
    }

    /// Schemas by name.
    private func subschemas(_ node: ConfigurationNode, _ key: String) -> [(name: String, node: Int)] {
        guard let entries = node.entries else {
            self.fields.error(at: key, "expected a mapping of names to schemas")
            return []
        }
        let place = self.fields.location.key(key)
        return entries.map { entry in
            let pointer = "\(self.pointer)/\(key)/\(JSONSchema.pointerToken(entry.key))"
            return (entry.key, self.reading.subschema(entry.value, at: place.key(entry.key), pointer: pointer))
        }
    }
}
