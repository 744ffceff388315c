import NIOCore

/// Puts values in the place of `{{name}}` in every text of a JSON tree.
///
/// A value is text and nothing else: quotes in it end no string, and `{{x}}` in it is not filled again.
struct TemplateFilling {
    let values: [String: String]
    /// How many bytes all texts together may still have.
    private var room: Int

    /// - Parameters:
    ///   - values: The texts by name; a name without a value stays as it is written.
    ///   - limit: The most bytes of all texts together.
    init(values: [String: String], limit: Int) {
        self.values = values
        self.room = limit
    }

    /// The tree with its values, or `nil` when it would be too large.
    mutating func filled(_ tree: JSONTree) -> JSONTree? {
        switch tree {
        case .word: return tree
        case .string(let literal):
            let text = self.filled(String(buffer: JSONString.decode(literal).text))
            self.room -= text.utf8.count
            return self.room < 0 ? nil : .text(text)
        case .array(let elements):
            var filled: [JSONTree] = []
            for element in elements {
                guard let element = self.filled(element) else { return nil }
                filled.append(element)
            }
            return .array(filled)
        case .object(let members):
            var filled: [JSONTree.Member] = []
            for member in members {
                guard let value = self.filled(member.value) else { return nil }
                filled.append(JSONTree.Member(name: member.name, value: value))
            }
            return .object(filled)
        }
    }

    private func filled(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        var output = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else { break }
            let name = String(rest[open.upperBound..<close.lowerBound])
            output += rest[..<open.lowerBound]
            if let value = self.values[name] {
                output += value
                rest = rest[close.upperBound...]
            } else {
                // What is no name may hold the beginning of one.
                output += "{"
                rest = rest[rest.index(after: open.lowerBound)...]
            }
            if output.utf8.count > self.room { return output }
        }
        return output + rest
    }
}
