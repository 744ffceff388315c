/// `[path,path]` or `{name:path,path}` at the front of a path.
struct MultipathComponent {
    struct Member {
        var name = Bytes.empty
        var path: Bytes
    }

    var members: [Member] = []
    /// What follows the closing bracket.
    var rest = Bytes.empty

    /// Nil when the bracket is not closed.
    init?(_ path: Bytes) {
        var depth = 1
        var start = 1
        var colon: Int?
        var sawModifier = false
        var index = 1
        while index < path.count {
            switch path[index] {
            case ASCII.backslash:
                index += 1
            case ASCII.at where path[index - 1] == ASCII.dot || path[index - 1] == ASCII.pipe:
                sawModifier = true
            case ASCII.colon where !sawModifier && colon == nil && depth == 1:
                colon = index
            case ASCII.comma where depth == 1:
                append(path, start: start, colon: colon, end: index)
                (colon, sawModifier, start) = (nil, false, index + 1)
            case ASCII.quote:
                let string = path.endOfString(content: index + 1)
                index = string.isTerminated ? string.end - 1 : path.count
            case ASCII.openBrace, ASCII.openBracket, ASCII.openParenthesis:
                depth += 1
            case ASCII.closeBrace, ASCII.closeBracket, ASCII.closeParenthesis:
                depth -= 1
                if depth == 0 {
                    append(path, start: start, colon: colon, end: index)
                    rest = path.from(index + 1)
                    return
                }
            default:
                break
            }
            index += 1
        }
        return nil
    }

    private mutating func append(_ path: Bytes, start: Int, colon: Int?, end: Int) {
        guard let colon else {
            members.append(Member(path: path.slice(start, end)))
            return
        }
        members.append(Member(name: path.slice(start, colon), path: path.slice(colon + 1, end)))
    }
}

extension MultipathComponent.Member {
    /// The literal of the member's key: its name, or the last component of its path, or `_`.
    func appendKey(to json: inout [UInt8]) {
        if name[0] == ASCII.quote, JSONGrammar.isValid(name) {
            json.append(name)
        } else if !name.isEmpty {
            HTMLSafeLiteral.append(name, to: &json)
        } else if Self.isSimple(lastComponent) {
            HTMLSafeLiteral.append(lastComponent, to: &json)
        } else {
            json.append(ascii: "\"_\"")
        }
    }

    private var lastComponent: Bytes {
        var index = path.count - 1
        while index >= 0 {
            if path[index] == ASCII.pipe || path[index] == ASCII.dot, path[index - 1] != ASCII.backslash {
                return path.from(index + 1)
            }
            index -= 1
        }
        return path
    }

    private static func isSimple(_ component: Bytes) -> Bool {
        component.buffer.allSatisfy { byte in
            switch byte {
            case 0..<ASCII.space, ASCII.openBracket, ASCII.closeBracket, ASCII.openBrace, ASCII.closeBrace,
                ASCII.openParenthesis, ASCII.closeParenthesis, ASCII.hash, ASCII.pipe, ASCII.bang:
                false
            default:
                true
            }
        }
    }
}
