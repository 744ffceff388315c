/// The argument of `@pretty`.
struct PrettyOptions {
    /// Columns up to which an array stays on one line; below 1 no array does.
    var width = 80
    /// Put in front of every line.
    var prefix: [UInt8] = []
    var indent: [UInt8] = [ASCII.space, ASCII.space]
    var sortsKeys = false

    init(argument: Bytes) {
        Node(parsing: argument).forEach { key, value in
            guard key.kind == .string else { return true }
            switch String(decoding: key.text, as: UTF8.self) {
            case "sortKeys": sortsKeys = value.isTrue
            case "indent": indent = Self.whiteSpace(of: value)
            case "prefix": prefix = Self.whiteSpace(of: value)
            case "width": width = GJSONValue(value).int
            default: break
            }
            return true
        }
    }

    /// Anything but white space would break the JSON.
    private static func whiteSpace(of node: Node) -> [UInt8] {
        node.text.filter { $0 == ASCII.space || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    }
}
