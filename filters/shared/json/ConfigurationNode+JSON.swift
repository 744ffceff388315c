import FilterAPI
import NIOCore

extension ConfigurationNode {
    /// The node as JSON: what is quoted is text, all else what YAML's core schema makes of it.
    var json: JSONTree {
        switch self.content {
        case .null: .word(ByteBuffer(string: "null"))
        case .sequence(let items): .array(items.map(\.json))
        case .mapping(let entries):
            .object(entries.map { JSONTree.Member(name: JSONString.encoded($0.key), value: $0.value.json) })
        case .scalar(let scalar): scalar.json
        }
    }
}

extension ConfigurationNode.Scalar {
    fileprivate var json: JSONTree {
        if self.isQuoted { return .text(self.text) }
        switch self.text {
        case "~", "null", "Null", "NULL": return .word(ByteBuffer(string: "null"))
        case "true", "True", "TRUE": return .word(ByteBuffer(string: "true"))
        case "false", "False", "FALSE": return .word(ByteBuffer(string: "false"))
        default:
            let buffer = ByteBuffer(string: self.text)
            if let first = self.text.utf8.first, first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") <= 9,
                case .word(let number)? = JSONTree(parsing: buffer)
            {
                return .word(number)
            }
            return .text(self.text)
        }
    }
}

extension ConfigurationFields {
    /// The node of a key whose value may be null; absent only when the key is.
    func nodeOfAnyKind(_ key: String) -> ConfigurationNode? {
        if let node = self.node(key, help: "") { return node }
        // A key whose value is null reads as absent everywhere else.
        guard self.position(of: key) != self.position else { return nil }
        return ConfigurationNode(.null, position: self.position(of: key))
    }
}
