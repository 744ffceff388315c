import FilterAPI

/// What a schema says in place of a key's own declaration, by the path of names to it: `filters.config`.
typealias SchemaReplacements = [String: SchemaNode]

extension SchemaNode {
    /// A mapping with these keys and no other.
    static func mapping(_ keys: [ConfigurationKey], path: String = "", _ replaced: SchemaReplacements = [:])
        -> SchemaNode
    {
        var properties: [(String, SchemaNode)] = []
        for key in keys where !properties.contains(where: { $0.0 == key.name }) {
            properties.append((key.name, key.property(path, replaced)))
        }
        let required = keys.filter(\.isRequired).map { SchemaNode.text($0.name) }
        let members: [(String, SchemaNode)] = [
            ("type", "object"), ("properties", .object(properties)), ("additionalProperties", false),
        ]
        return .object(members + (required.isEmpty ? [] : [("required", .list(required))]))
    }
}

extension ConfigurationKey {
    /// The schema of the key's value, with what people are told about it.
    fileprivate func property(_ path: String, _ replaced: SchemaReplacements) -> SchemaNode {
        let path = path.isEmpty ? name : "\(path).\(name)"
        let value = replaced[path] ?? self.value(path, replaced)
        // A key without a value counts as absent.
        let optional = isRequired ? value : value.orNull
        return optional.adding([("description", .text(text))] + defaultMember)
    }

    private func value(_ path: String, _ replaced: SchemaReplacements) -> SchemaNode {
        switch type {
        // An unquoted `null` is a text where one has to be given, but never a secret.
        case .string: isRequired ? .scalar.orNull : .scalar
        case .secret: .scalar
        case .boolean: .anyOf([["type": "boolean"], .pattern(SchemaNode.booleanPattern), .reference])
        case .integer: .anyOf([bounded("integer"), .pattern("^[-+]?[0-9]+$"), .reference])
        case .number: .anyOf([bounded("number"), .pattern("^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$"), .reference])
        case .duration: .anyOf([["type": "number", "minimum": 0], .pattern(SchemaNode.durationPattern), .reference])
        case .size: .anyOf([bounded("integer"), .pattern(sizePattern), .reference])
        case .choice: .anyOf([.object([("enum", .list(choices))]), .reference])
        case .strings, .secrets: list
        case .object: .mapping(fields, path: path, replaced)
        case .objects: items(.mapping(fields, path: path, replaced))
        case .map: ["type": "object", "additionalProperties": .anyOf([.scalar, ["type": "null"]])]
        case .stringOrObject: .anyOf([.mapping(fields, path: path, replaced), .scalar])
        case .any: true
        }
    }

    /// Help, type and limits in one text.
    private var text: String {
        let facts = [range].compactMap { $0 }
        return facts.isEmpty ? help : "\(help) (\(facts.joined(separator: "; ")))"
    }

    private var defaultMember: [(String, SchemaNode)] {
        guard let defaultText else { return [] }
        switch type {
        case .boolean: return [("default", .bool(defaultText == "true"))]
        case .integer, .number: return Double(defaultText).map { [("default", .number($0))] } ?? []
        case .duration, .size, .choice: return [("default", .text(defaultText))]
        case .string where defaultText.count >= 2 && !defaultText.contains("\\"):
            return [("default", .text(String(defaultText.dropFirst().dropLast())))]
        default: return []
        }
    }

    private func bounded(_ type: String) -> SchemaNode {
        let least = minimum.map { [("minimum", SchemaNode.number($0))] } ?? []
        let most = maximum.map { [("maximum", SchemaNode.number($0))] } ?? []
        return .object([("type", .text(type))] + least + most)
    }

    private var sizePattern: String {
        SchemaNode.sizePattern + (takesUnlimited ? "|^unlimited$" : "")
    }

    /// The spellings; those that YAML takes for a number or a boolean also as such.
    private var choices: [SchemaNode] {
        (allowedValues + aliases).flatMap { spelling -> [SchemaNode] in
            if let number = Double(spelling) { return [.text(spelling), .number(number)] }
            switch spelling {
            case "true", "on", "yes": return [.text(spelling), true]
            case "false", "off", "no": return [.text(spelling), false]
            default: return [.text(spelling)]
            }
        }
    }

    private var list: SchemaNode {
        let list = items(type == .strings ? .scalar.orNull : .scalar)
        return takesOneText ? .anyOf([list, .scalar]) : list
    }

    private func items(_ item: SchemaNode) -> SchemaNode {
        let list: SchemaNode = ["type": "array", "items": item]
        return isRequired ? list.adding([("minItems", 1)]) : list
    }
}

extension SchemaNode {
    static let booleanPattern = "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Oo][Nn]|[Oo][Ff][Ff]|[Yy][Ee][Ss]|[Nn][Oo])$"
    static let durationPattern = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$|^[0-9]+(\\.[0-9]+)?$"
    static let sizePattern = "^[0-9]+(\\.[0-9]+)? *([KkMmGgTt][Ii]?)?[Bb]$|^[0-9]+$"

    /// A text that stands for something of the environment or of a file; what it stands for is not known here.
    static let reference: SchemaNode = ["$ref": "#/$defs/reference"]
    /// What a key that asks for a text takes: every scalar, as it is written.
    static let scalar: SchemaNode = ["$ref": "#/$defs/text"]

    /// The same, and nothing too.
    var orNull: SchemaNode {
        guard case .object(let members) = self, let type = members.firstIndex(where: { $0.0 == "type" }) else {
            return .anyOf([self, ["type": "null"]])
        }
        // In place of two schemas, so that a validator names the place of a mistake inside.
        var nullable = members
        nullable[type].1 = .list([members[type].1, "null"])
        return .object(nullable)
    }

    static func pattern(_ pattern: String) -> SchemaNode { ["type": "string", "pattern": .text(pattern)] }

    static func anyOf(_ nodes: [SchemaNode]) -> SchemaNode {
        let flat = nodes.flatMap { node -> [SchemaNode] in
            if case .object(let members) = node, members.count == 1, members[0].0 == "anyOf",
                case .list(let inner) = members[0].1
            {
                return inner
            }
            return [node]
        }
        return ["anyOf": .list(flat)]
    }
}
