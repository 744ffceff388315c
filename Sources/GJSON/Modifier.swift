/// The built-in modifiers.
enum Modifier: UInt8, CaseIterable {
    case pretty, ugly, reverse, this, flatten, join, valid, keys, values, tostr, fromstr, group, dig

    private var name: StaticString {
        switch self {
        case .pretty: "pretty"
        case .ugly: "ugly"
        case .reverse: "reverse"
        case .this: "this"
        case .flatten: "flatten"
        case .join: "join"
        case .valid: "valid"
        case .keys: "keys"
        case .values: "values"
        case .tostr: "tostr"
        case .fromstr: "fromstr"
        case .group: "group"
        case .dig: "dig"
        }
    }

    init?(name: Bytes) {
        guard let found = Self.allCases.first(where: { name == $0.name }) else { return nil }
        self = found
    }
}

/// `@name:argument` at the front of a path.
struct ModifierComponent {
    var modifier: Modifier
    var argument = Bytes.empty
    /// What follows in the path, its separator included.
    var rest: Bytes

    init?(_ path: Bytes) {
        var end = 1
        while end < path.count, path[end] != ASCII.colon, path[end] != ASCII.pipe, path[end] != ASCII.dot { end += 1 }
        guard let modifier = Modifier(name: path.slice(1, end)) else { return nil }
        self.modifier = modifier
        rest = path.from(end)
        if path[end] == ASCII.colon, end < path.count {
            rest = path.from(end + 1)
            readArgument()
        }
    }

    private mutating func readArgument() {
        switch rest[0] {
        case ASCII.openBrace, ASCII.openBracket, ASCII.quote:
            argument = rest.squashed
        default:
            argument = rest.upTo(endOfPlainArgument)
        }
        rest = rest.from(argument.count)
    }

    /// Index of the pipe that ends the argument. Brackets and strings hide pipes inside.
    private var endOfPlainArgument: Int {
        var index = 0
        while index < rest.count, rest[index] != ASCII.pipe {
            switch rest[index] {
            case ASCII.openBrace, ASCII.openBracket, ASCII.openParenthesis, ASCII.quote:
                index += rest.from(index).squashed.count
            default:
                index += 1
            }
        }
        return min(index, rest.count)
    }
}
