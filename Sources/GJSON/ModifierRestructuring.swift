/// The modifiers that merge or regroup arrays and objects.
extension Evaluation {
    /// Lifts the elements of nested arrays into the outer one, at every depth when asked to.
    mutating func flatten(_ json: Bytes, isDeep: Bool) -> Bytes {
        let node = Node(parsing: json)
        guard node.isArray else { return json }
        guard descend() else { return .empty }
        defer { ascend() }
        var values: [Node] = []
        node.forEach { _, value in
            values.append(value)
            return true
        }
        var text = [ASCII.openBracket]
        for value in values {
            var raw = value.raw
            if value.isArray {
                if isDeep {
                    guard charge(raw.count) else { return .empty }
                    raw = flatten(raw, isDeep: true)
                }
                raw = Self.withoutBrackets(raw)
            }
            raw = Self.withoutWhiteSpace(raw)
            guard !raw.isEmpty else { continue }
            if text.count > 1 { text.append(ASCII.comma) }
            text.append(raw)
        }
        text.append(ASCII.closeBracket)
        return keep(text)
    }

    /// Merges the objects of an array; of equal keys the first gives the place and the last the value.
    mutating func join(_ json: Bytes, keepsDuplicates: Bool) -> Bytes {
        let node = Node(parsing: json)
        guard node.isArray else { return json }
        return keep(keepsDuplicates ? Self.concatenate(node) : Self.merge(node))
    }

    private static func concatenate(_ node: Node) -> [UInt8] {
        var text = [ASCII.openBrace]
        var isFirst = true
        node.forEach { _, value in
            guard value.isObject else { return true }
            if !isFirst { text.append(ASCII.comma) }
            isFirst = false
            text.append(withoutBrackets(value.raw))
            return true
        }
        return text + [ASCII.closeBrace]
    }

    private static func merge(_ node: Node) -> [UInt8] {
        var members: [(key: Bytes, value: Bytes)] = []
        var places: [[UInt8]: Int] = [:]
        node.forEach { _, object in
            guard object.isObject else { return true }
            object.forEach { key, value in
                let name = key.text
                if let place = places[name] {
                    members[place].value = value.raw
                } else {
                    places[name] = members.count
                    members.append((key.raw, value.raw))
                }
                return true
            }
            return true
        }
        var text = [ASCII.openBrace]
        for (index, member) in members.enumerated() {
            if index > 0 { text.append(ASCII.comma) }
            text.append(member.key)
            text.append(ASCII.colon)
            text.append(member.value)
        }
        return text + [ASCII.closeBrace]
    }

    /// Turns an object of arrays into an array of objects.
    mutating func group(_ json: Bytes) -> Bytes {
        let node = Node(parsing: json)
        guard node.isObject else { return .empty }
        var objects: [[UInt8]] = []
        node.forEach { key, value in
            guard value.isArray else { return true }
            var index = 0
            value.forEach { _, element in
                if index == objects.count { objects.append([]) }
                if !objects[index].isEmpty { objects[index].append(ASCII.comma) }
                objects[index].append(key.raw)
                objects[index].append(ASCII.colon)
                objects[index].append(element.raw)
                index += 1
                return true
            }
            return true
        }
        var text = [ASCII.openBracket]
        for (index, object) in objects.enumerated() {
            if index > 0 { text.append(ASCII.comma) }
            text.append(ASCII.openBrace)
            text += object
            text.append(ASCII.closeBrace)
        }
        return keep(text + [ASCII.closeBracket])
    }

    private static func withoutBrackets(_ json: Bytes) -> Bytes {
        let text = json.trimmed
        guard text.count >= 2, text[0] == ASCII.openBracket || text[0] == ASCII.openBrace else { return text }
        return text.slice(1, text.count - 1)
    }

    private static func withoutWhiteSpace(_ text: Bytes) -> Bytes {
        func isSpace(_ byte: UInt8) -> Bool { byte == ASCII.space || byte &- 0x09 < 5 }
        var lower = 0
        var upper = text.count
        while lower < upper, isSpace(text[lower]) { lower += 1 }
        while lower < upper, isSpace(text[upper - 1]) { upper -= 1 }
        return text.slice(lower, upper)
    }
}
