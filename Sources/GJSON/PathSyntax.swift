/// Questions about path text that more than one kind of component asks.
enum PathSyntax {
    /// Whether what follows a dot is evaluated on the result as after a pipe: a known modifier or a multipath.
    static func beginsPipedComponent(_ path: Bytes) -> Bool {
        switch path[0] {
        case ASCII.openBracket, ASCII.openBrace:
            return true
        case ASCII.at:
            var end = 1
            while end < path.count, path[end] != ASCII.dot, path[end] != ASCII.pipe, path[end] != ASCII.colon {
                end += 1
            }
            return Modifier(name: path.slice(1, end)) != nil
        default:
            return false
        }
    }

    /// Splits at the first pipe that is not inside a query or multipath; nil when there is none.
    static func splitAtPipe(_ path: Bytes) -> (left: Bytes, right: Bytes)? {
        guard path.firstIndex(of: ASCII.pipe) != nil else { return nil }
        if path[0] == ASCII.openBrace { return splitAfterBraces(path) }
        var index = 0
        while index < path.count {
            switch path[index] {
            case ASCII.backslash:
                index += 1
            case ASCII.dot:
                if index == path.count - 1 { return nil }
                guard path[index + 1] == ASCII.hash else { break }
                index += 2
                if index == path.count { return nil }
                if path[index] == ASCII.openBracket || path[index] == ASCII.openParenthesis {
                    index = endOfSelector(path, from: index)
                }
            case ASCII.pipe:
                return (path.upTo(index), path.from(index + 1))
            default:
                break
            }
            index += 1
        }
        return nil
    }

    /// Splits behind a multipath; nothing else of the path is looked at.
    private static func splitAfterBraces(_ path: Bytes) -> (left: Bytes, right: Bytes)? {
        let end = path.from(1).squashed.count + 1
        return path[end] == ASCII.pipe ? (path.upTo(end), path.from(end + 1)) : nil
    }

    /// Index of the bracket that closes the selector opened at `start`; `count` or more when it stays open.
    private static func endOfSelector(_ path: Bytes, from start: Int) -> Int {
        let open = path[start]
        let close = open == ASCII.openBracket ? ASCII.closeBracket : ASCII.closeParenthesis
        var depth = 1
        var index = start + 1
        while index < path.count {
            switch path[index] {
            case ASCII.backslash:
                index += 1
            case open:
                depth += 1
            case close:
                depth -= 1
                if depth == 0 { return index }
            case ASCII.quote:
                let string = path.endOfString(content: index + 1)
                index = string.isTerminated ? string.end - 1 : path.count
            default:
                break
            }
            index += 1
        }
        return index
    }
}
