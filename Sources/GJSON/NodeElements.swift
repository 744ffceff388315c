/// Walking the members of an object and the elements of an array.
extension Node {
    /// Calls `body` with each key and value until it answers false.
    ///
    /// Elements of arrays have a missing key; a value that is neither object nor array is its own only element.
    func forEach(_ body: (_ key: Node, _ value: Node) -> Bool) {
        guard exists else { return }
        guard kind == .json else {
            _ = body(.missing, self)
            return
        }
        let isObject = raw[0] == ASCII.openBrace
        var index = 1
        while index < raw.count {
            var key = Node.missing
            if isObject {
                guard raw[index] == ASCII.quote else {
                    index += 1
                    continue
                }
                let end = raw.endOfString(content: index + 1)
                guard end.isTerminated else { return }
                key = Node(string: raw, start: index, end: end)
                index = end.end
            }
            guard let value = Node(next: raw, at: &index), body(key, value) else { return }
            // The byte behind a value is taken for its separator unseen, as the original does.
            index += 1
        }
    }

    /// The elements of an array; nothing for null, and any other value alone.
    var elements: [Node] {
        if kind == .null { return [] }
        guard isArray else { return [self] }
        var found: [Node] = []
        var index = 1
        while index < raw.count {
            let rest = raw.from(index)
            let node: Node
            switch rest[0] {
            case ASCII.closeBracket, ASCII.closeBrace:
                return found
            case ASCII.openBrace, ASCII.openBracket:
                node = Node(kind: .json, raw: rest.squashed)
            case ASCII.quote:
                node = Node(leadingString: rest)
            case ASCII.minus, ASCII.zero...ASCII.nine:
                node = Node(kind: .number, raw: rest.upTo(rest.endOfNumber(from: 0)))
            case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
                node = Node(word: rest.upTo(rest.endOfWord(from: 0)))
            default:
                index += 1
                continue
            }
            found.append(node)
            index += max(node.raw.count, 1)
        }
        return found
    }
}
