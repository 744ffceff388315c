/// A query on its way through the elements of an array.
struct QueryRun {
    let query: QueryExpression
    /// The path evaluated on each match.
    var rest: Bytes?
    /// The matches so far, as the beginning of an array, when all are wanted.
    var matches = [ASCII.openBracket]

    init(_ query: QueryExpression, rest: Bytes?) {
        self.query = query
        self.rest = rest
    }
}

extension Evaluation {
    /// Tests one element; true when the query is answered and the search over.
    mutating func test(_ element: Node, _ run: inout QueryRun, _ search: inout Search) -> Bool {
        guard charge(1) else { return true }
        var tested = element
        if element.kind == .json {
            tested = get(element.raw, run.query.path)
        } else if !run.query.path.isEmpty {
            return false
        }
        guard run.query.accepts(tested) else { return false }
        let result = select(element, &run, &search)
        guard run.query.selectsAll else {
            search.value = result
            return true
        }
        guard !result.raw.isEmpty else { return false }
        if run.matches.count > 1 { run.matches.append(ASCII.comma) }
        run.matches.append(result.raw)
        return !hasRoom(for: run.matches.count)
    }

    private mutating func select(_ element: Node, _ run: inout QueryRun, _ search: inout Search) -> Node {
        guard let rest = run.rest else { return element }
        guard let split = PathSyntax.splitAtPipe(rest) else { return get(element.raw, rest) }
        run.rest = split.left
        search.pipe = split.right
        return get(element.raw, split.left)
    }

    /// Hands over all matches, unless an earlier member of the same name has left a value.
    mutating func finish(_ run: QueryRun, _ search: inout Search) {
        guard run.query.selectsAll, !search.value.exists else { return }
        search.value = Node(kind: .json, raw: keep(run.matches + [ASCII.closeBracket]))
    }
}
