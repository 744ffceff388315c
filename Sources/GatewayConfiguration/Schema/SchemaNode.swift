/// A value of a JSON document that keeps the order of its keys.
indirect enum SchemaNode {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([SchemaNode])
    case object([(String, SchemaNode)])

    /// The object with more keys behind its own; anything else as it is.
    func adding(_ members: [(String, SchemaNode)]) -> SchemaNode {
        guard case .object(let own) = self else { return self }
        return .object(own + members)
    }

    /// The value as JSON text (RFC 8259) with two spaces of indentation.
    func write(to output: inout String, indentation: String = "\n") {
        let inner = indentation + "  "
        switch self {
        case .null: output += "null"
        case .bool(let value): output += "\(value)"
        case .number(let value): output += SchemaNode.digits(value)
        case .text(let text): output += jsonLiteral(text)
        case .list(let items):
            output += "["
            for (index, item) in items.enumerated() {
                output += (index == 0 ? "" : ",") + inner
                item.write(to: &output, indentation: inner)
            }
            output += (items.isEmpty ? "" : indentation) + "]"
        case .object(let members):
            output += "{"
            for (index, member) in members.enumerated() {
                output += (index == 0 ? "" : ",") + inner + jsonLiteral(member.0) + ": "
                member.1.write(to: &output, indentation: inner)
            }
            output += (members.isEmpty ? "" : indentation) + "}"
        }
    }

    private static func digits(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? "\(value)"
    }
}

extension SchemaNode: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral {
    init(stringLiteral value: String) { self = .text(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(integerLiteral value: Int) { self = .number(Double(value)) }
}

extension SchemaNode: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(arrayLiteral elements: SchemaNode...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, SchemaNode)...) { self = .object(elements) }
}
