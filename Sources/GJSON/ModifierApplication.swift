/// What each modifier makes of JSON text.
extension Evaluation {
    mutating func apply(_ modifier: Modifier, argument: Bytes, to json: Bytes) -> Bytes {
        guard charge(json.count + argument.count) else { return .empty }
        switch modifier {
        case .this: return json
        case .valid: return JSONGrammar.isValid(json) ? json : .empty
        case .ugly: return keep(UglyPrinter.print(json))
        case .pretty: return pretty(json, argument)
        case .reverse: return reverse(json)
        case .flatten: return flatten(json, isDeep: Self.flag("deep", in: argument))
        case .join: return join(json, keepsDuplicates: Self.flag("preserve", in: argument))
        case .keys: return keys(json)
        case .values: return values(json)
        case .tostr: return literal(json)
        case .fromstr: return JSONGrammar.isValid(json) ? keep(Node(parsing: json).text) : .empty
        case .group: return group(json)
        case .dig: return dig(json, path: argument)
        }
    }

    /// Whether the JSON object in a modifier's argument sets the option; the last of equal names counts.
    private static func flag(_ name: StaticString, in argument: Bytes) -> Bool {
        var isSet = false
        Node(parsing: argument).forEach { key, value in
            if key.kind == .string, key.text == Bytes(name).array { isSet = value.isTrue }
            return true
        }
        return isSet
    }

    private mutating func pretty(_ json: Bytes, _ argument: Bytes) -> Bytes {
        guard hasRoom(for: json.count) else { return .empty }
        var printer = PrettyPrinter(json, PrettyOptions(argument: argument), sizeLimit: textBudget)
        guard let text = printer.print() else {
            exhaust()
            return .empty
        }
        return keep(text)
    }

    private mutating func literal(_ json: Bytes) -> Bytes {
        var text: [UInt8] = []
        guard hasRoom(for: json.count) else { return .empty }
        HTMLSafeLiteral.append(json, to: &text)
        return keep(text)
    }

    private mutating func reverse(_ json: Bytes) -> Bytes {
        let node = Node(parsing: json)
        guard node.kind == .json else { return json }
        var members: [(key: Node, value: Node)] = []
        node.forEach { key, value in
            members.append((key, value))
            return true
        }
        var text = [node.raw[0]]
        text.reserveCapacity(json.count)
        for (key, value) in members.reversed() {
            if text.count > 1 { text.append(ASCII.comma) }
            if node.isObject {
                text.append(key.raw)
                text.append(ASCII.colon)
            }
            text.append(value.raw)
        }
        text.append(node.isObject ? ASCII.closeBrace : ASCII.closeBracket)
        return keep(text)
    }

    private mutating func keys(_ json: Bytes) -> Bytes {
        let node = Node(parsing: json)
        return keep(
            Self.array(of: node) { key, _ in
                node.isObject ? key.raw : Bytes("null")
            }
        )
    }

    private mutating func values(_ json: Bytes) -> Bytes {
        let node = Node(parsing: json)
        return node.isArray ? json : keep(Self.array(of: node) { _, value in value.raw })
    }

    private static func array(of node: Node, _ item: (_ key: Node, _ value: Node) -> Bytes) -> [UInt8] {
        var text = [ASCII.openBracket]
        var isFirst = true
        node.forEach { key, value in
            if !isFirst { text.append(ASCII.comma) }
            isFirst = false
            text.append(item(key, value))
            return true
        }
        return text + [ASCII.closeBracket]
    }

    /// The path's value in the JSON and in everything nested inside, outer values first.
    private mutating func dig(_ json: Bytes, path: Bytes) -> Bytes {
        var text = [ASCII.openBracket]
        var pending = [Node(parsing: json)]
        while let node = pending.popLast(), charge(node.raw.count), hasRoom(for: text.count) {
            let found = get(node.raw, path)
            if found.exists {
                if text.count > 1 { text.append(ASCII.comma) }
                text.append(found.raw)
            }
            guard node.kind == .json else { continue }
            let firstChild = pending.count
            node.forEach { _, value in
                pending.append(value)
                return true
            }
            pending[firstChild...].reverse()
        }
        text.append(ASCII.closeBracket)
        return keep(text)
    }
}
