extension Evaluation {
    /// Searches the elements that begin at `start`, behind the opening bracket or at the start of JSON lines.
    mutating func searchArray(_ search: inout Search, from start: Int, _ path: Bytes) -> SearchEnd {
        guard descend() else { return SearchEnd(index: search.json.count, isHit: true) }
        defer { ascend() }
        let component = ArrayComponent(path)
        if component.rest == nil, let pipe = component.pipe { search.pipe = pipe }
        switch component.selection {
        case .index(let wanted):
            return searchElement(&search, from: start, wanted: wanted, rest: component.rest)
        case .count, .each, .nothing:
            return searchAll(&search, from: start, component.selection)
        case .query(let query):
            return searchMatches(&search, from: start, QueryRun(query, rest: component.rest))
        }
    }

    /// What stands at the next place of an array.
    private enum Place {
        case value, end, ranOff
    }

    /// Moves to the next value or to the bracket that ends the array; the end of the text is such a bracket.
    private func advance(_ json: Bytes, _ index: inout Int) -> Place {
        while index < json.count {
            if json[index] == ASCII.closeBracket { return .end }
            if Self.beginsValue(json, index) { return .value }
            index += 1
        }
        return index == json.count ? .end : .ranOff
    }

    private mutating func searchElement(
        _ search: inout Search,
        from start: Int,
        wanted: Int?,
        rest: Bytes?
    ) -> SearchEnd {
        let json = search.json
        var index = start
        var position = 0
        while case .value = advance(json, &index) {
            let isWanted = position == wanted
            position += 1
            if isWanted, let rest, json[index] == ASCII.openBrace || json[index] == ASCII.openBracket {
                let isObject = json[index] == ASCII.openBrace
                let end =
                    isObject
                    ? searchObject(&search, from: index + 1, rest)
                    : searchArray(&search, from: index + 1, rest)
                if end.isHit { return end }
                index = end.index
                continue
            }
            guard let value = Node(next: json, at: &index) else { return Self.ranOff(&search, index) }
            if isWanted, rest == nil {
                search.value = value
                return SearchEnd(index: index, isHit: true)
            }
        }
        return endOfArray(&search, index)
    }

    /// Passes all elements, then counts them or evaluates a path on each.
    private mutating func searchAll(
        _ search: inout Search,
        from start: Int,
        _ selection: ArrayComponent.Selection
    ) -> SearchEnd {
        let json = search.json
        var index = start
        var starts: [Int] = []
        var count = 0
        while true {
            if case .each = selection { starts.append(index) }
            guard case .value = advance(json, &index) else { break }
            count += 1
            guard Node(next: json, at: &index) != nil else { return Self.ranOff(&search, index) }
        }
        if index > json.count { return Self.ranOff(&search, index) }
        switch selection {
        case .count:
            search.value = Node(kind: .number, raw: keep(Array(String(count).utf8)))
        case .each(let path):
            search.value = evaluateEach(&search, starts, path)
        case .index, .query, .nothing:
            return endOfArray(&search, index)
        }
        if index == json.count { search.ranOff = true }
        return SearchEnd(index: index + 1, isHit: true)
    }

    private mutating func evaluateEach(_ search: inout Search, _ starts: [Int], _ path: Bytes) -> Node {
        var path = path
        if let split = PathSyntax.splitAtPipe(path) {
            path = split.left
            search.pipe = split.right
        }
        let json = search.json
        var text = [ASCII.openBracket]
        for start in starts {
            var index = start
            while Self.isWhiteSpace(json[index]), index < json.count { index += 1 }
            guard index < json.count, json[index] != ASCII.closeBracket else { continue }
            guard let element = Node(next: json, at: &index) else { continue }
            let node = get(element.raw, path)
            guard node.exists else { continue }
            if text.count > 1 { text.append(ASCII.comma) }
            text.append(node.raw)
            guard hasRoom(for: text.count) else { break }
        }
        text.append(ASCII.closeBracket)
        return Node(kind: .json, raw: keep(text))
    }

    private mutating func searchMatches(_ search: inout Search, from start: Int, _ run: QueryRun) -> SearchEnd {
        var run = run
        let json = search.json
        var index = start
        while case .value = advance(json, &index) {
            guard let element = Node(next: json, at: &index) else { return Self.ranOff(&search, index) }
            if test(element, &run, &search) { return SearchEnd(index: index, isHit: true) }
        }
        if index <= json.count { finish(run, &search) }
        return endOfArray(&search, index)
    }

    private func endOfArray(_ search: inout Search, _ index: Int) -> SearchEnd {
        if index >= search.json.count { search.ranOff = true }
        return SearchEnd(index: index + 1, isHit: false)
    }

    private static func ranOff(_ search: inout Search, _ index: Int) -> SearchEnd {
        search.ranOff = true
        return SearchEnd(index: index, isHit: false)
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == ASCII.space || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
