extension Evaluation {
    /// Answers `@reverse.N` and `@reverse.#(...)` from the elements in place, without writing the reversed array.
    ///
    /// Nil when the path asks for more, or when malformed JSON could read differently once it is rewritten.
    mutating func reverseWithoutText(_ json: Bytes, _ component: ModifierComponent) -> Outcome? {
        guard component.modifier == .reverse, let path = Self.arrayPath(component.rest) else { return nil }
        let array = ArrayComponent(path)
        switch array.selection {
        case .index, .query: break
        case .count, .each, .nothing: return nil
        }
        let node = Node(parsing: json)
        guard node.isArray, charge(json.count) else { return nil }
        var elements: [Node] = []
        elements.reserveCapacity(16)
        node.forEach { _, element in
            elements.append(element)
            return true
        }
        // A value that was never closed would take in all that the reversed array puts behind it.
        guard let last = elements.last, !last.raw.endsTogether(with: node.raw) else { return nil }
        if case .query(let query) = array.selection { return answer(query, array, elements) }
        guard case .index(let position) = array.selection else { return nil }
        return answer(position, array, elements)
    }

    /// The rest of the path behind its separator, when an array would read it.
    private static func arrayPath(_ rest: Bytes) -> Bytes? {
        guard rest[0] == ASCII.dot || rest[0] == ASCII.pipe else { return nil }
        let path = rest.from(1)
        switch path[0] {
        case ASCII.hash, ASCII.zero...ASCII.nine: return path
        default: return nil
        }
    }

    private mutating func answer(_ query: QueryExpression, _ array: ArrayComponent, _ elements: [Node]) -> Outcome {
        var search = Search(json: .empty)
        if array.rest == nil { search.pipe = array.pipe }
        var run = QueryRun(query, rest: array.rest)
        for element in elements.reversed() where test(element, &run, &search) { return search.outcome }
        finish(run, &search)
        return search.outcome
    }

    private mutating func answer(_ position: Int?, _ array: ArrayComponent, _ elements: [Node]) -> Outcome? {
        let pipe = array.rest == nil ? array.pipe : nil
        guard let position, elements.indices.contains(position) else {
            return pipe.map { .pipe(.empty, path: $0) } ?? .value(.missing)
        }
        let element = elements[elements.count - 1 - position]
        guard let rest = array.rest else {
            return pipe.map { .pipe(element.raw, path: $0) } ?? .value(element)
        }
        var search = Search(json: element.raw)
        guard element.kind == .json else { return search.outcome }
        let end =
            element.isObject
            ? searchObject(&search, from: 1, rest)
            : searchArray(&search, from: 1, rest)
        let touchesEnd = end.isHit && search.value.raw.endsTogether(with: element.raw)
        return search.ranOff || touchesEnd ? nil : search.outcome
    }
}
