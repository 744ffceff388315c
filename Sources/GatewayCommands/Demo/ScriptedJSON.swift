/// A JSON value that keeps the order of its members.
enum ScriptedJSON {
    case null
    case string(String)
    case integer(Int)
    case array([ScriptedJSON])
    case object([(String, ScriptedJSON)])

    /// The value as compact JSON (RFC 8259).
    var text: String {
        switch self {
        case .null: "null"
        case .string(let text): ScriptedJSON.literal(text)
        case .integer(let number): "\(number)"
        case .array(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\(ScriptedJSON.literal($0.0)):\($0.1.text)" }.joined(separator: ",") + "}"
        }
    }

    private static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}

extension ScriptedJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(nilLiteral: ()) { self = .null }
}

extension ScriptedJSON: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(arrayLiteral elements: ScriptedJSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, ScriptedJSON)...) { self = .object(elements) }
}
