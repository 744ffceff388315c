/// The first component of a path as an array reads it: an index, `#`, or a query.
struct ArrayComponent {
    var selection: Selection
    /// What follows a dot, evaluated inside each selected element.
    var rest: Bytes?
    /// What follows a pipe, or a dot before a modifier or multipath: evaluated on the result.
    var pipe: Bytes?

    enum Selection {
        /// One element; nil for a component that is no index, which selects nothing.
        case index(Int?)
        /// `#` at the end of the path.
        case count
        /// `#.path`: the path of every element.
        case each(path: Bytes)
        case query(QueryExpression)
        /// A component with a `#` that means nothing, such as `1#`.
        case nothing
    }

    init(_ path: Bytes) {
        var query: QueryExpression?
        var eachPath: Bytes?
        var hasHash = false
        var end = path.count
        var index = 0
        scan: while index < path.count {
            switch path[index] {
            case ASCII.pipe:
                end = index
                pipe = path.from(index + 1)
                break scan
            case ASCII.dot:
                end = index
                let following = path.from(index + 1)
                if !hasHash, PathSyntax.beginsPipedComponent(following) {
                    pipe = following
                } else {
                    rest = following
                }
                break scan
            case ASCII.hash:
                hasHash = true
                guard index == 0 else { break }
                if path[1] == ASCII.dot {
                    eachPath = path.from(2)
                } else if path[1] == ASCII.openBracket || path[1] == ASCII.openParenthesis {
                    guard let parsed = QueryExpression(component: path) else {
                        // A query without end selects as one that asks for the empty key.
                        query = QueryExpression()
                        break scan
                    }
                    query = parsed
                    index = parsed.end - 1
                }
            default:
                break
            }
            index += 1
        }
        let part = path.upTo(end)
        if let query {
            selection = .query(query)
        } else if let eachPath {
            selection = .each(path: eachPath)
        } else if hasHash {
            selection = part == "#" ? .count : .nothing
        } else {
            selection = .index(FloatText.parseUnsigned(part).map { Int(truncatingIfNeeded: $0) })
        }
    }
}
