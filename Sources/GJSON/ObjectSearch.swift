extension Evaluation {
    /// Searches the members that begin at `start`, behind the opening brace.
    mutating func searchObject(_ search: inout Search, from start: Int, _ path: Bytes) -> SearchEnd {
        guard descend() else { return SearchEnd(index: search.json.count, isHit: true) }
        defer { ascend() }
        let json = search.json
        let component = ObjectComponent(path)
        if component.rest == nil, let pipe = component.pipe { search.pipe = pipe }
        var index = start
        while index < json.count {
            switch json[index] {
            case ASCII.closeBrace:
                return SearchEnd(index: index + 1, isHit: false)
            case ASCII.quote:
                let end = json.endOfString(content: index + 1)
                guard end.isTerminated else {
                    search.ranOff = true
                    return SearchEnd(index: json.count, isHit: false)
                }
                let key = json.slice(index + 1, end.end - 1)
                index = end.end
                let isMatch = component.matches(key, isEscaped: end.isEscaped)
                if let hit = searchMember(&search, at: &index, isMatch: isMatch, rest: component.rest) { return hit }
            default:
                index += 1
            }
        }
        search.ranOff = true
        return SearchEnd(index: index, isHit: false)
    }

    /// Passes the value at or after `index`; answers when the search of the object ends with it.
    private mutating func searchMember(
        _ search: inout Search,
        at index: inout Int,
        isMatch: Bool,
        rest: Bytes?
    ) -> SearchEnd? {
        let json = search.json
        if isMatch, let rest {
            while index < json.count, !Self.beginsValue(json, index) { index += 1 }
            if json[index] == ASCII.openBrace || json[index] == ASCII.openBracket {
                let isObject = json[index] == ASCII.openBrace
                let end =
                    isObject
                    ? searchObject(&search, from: index + 1, rest)
                    : searchArray(&search, from: index + 1, rest)
                index = end.index
                return end.isHit ? end : nil
            }
        }
        guard let value = Node(next: json, at: &index) else {
            search.ranOff = true
            return SearchEnd(index: index, isHit: false)
        }
        guard isMatch, rest == nil else { return nil }
        search.value = value
        return SearchEnd(index: index, isHit: true)
    }

    /// Whether a value of any kind begins at `index`.
    static func beginsValue(_ json: Bytes, _ index: Int) -> Bool {
        switch json[index] {
        case ASCII.openBrace, ASCII.openBracket, ASCII.quote, UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            true
        default:
            json.startsNumber(at: index)
        }
    }
}
