import NIOCore

/// A JSON text as a tree that can be changed.
///
/// Numbers, texts and names stay as they were written, and members in their order; only blanks between values are lost.
enum JSONTree: Sendable, Hashable {
    /// A number, `true`, `false` or `null`, as written.
    case word(ByteBuffer)
    /// A string: what stands between its quotes.
    case string(ByteBuffer)
    case array([JSONTree])
    case object([Member])

    /// One member of an object; a text may hold several of one name.
    struct Member: Sendable, Hashable {
        /// What stands between the quotes of the name.
        var name: ByteBuffer
        var value: JSONTree

        /// Whether the name says this, whatever escapes it is written with.
        func isNamed(_ text: String) -> Bool {
            let isEscaped = self.name.readableBytesView.contains(UInt8(ascii: "\\"))
            let name = isEscaped ? JSONString.decode(self.name).text : self.name
            return name.readableBytesView.elementsEqual(text.utf8)
        }
    }

    /// The tree of a text, or of one value in it.
    init(_ document: JSONDocument, _ value: Int = JSONDocument.root) {
        switch document.kind(of: value) {
        case .null, .true, .false, .number: self = .word(document.literal(value))
        case .string: self = .string(document.literal(value))
        case .array:
            var elements: [JSONTree] = []
            document.forEachElement(of: value) { elements.append(JSONTree(document, $0)) }
            self = .array(elements)
        case .object:
            var members: [Member] = []
            document.forEachMember(of: value) { name, value in
                members.append(Member(name: document.literal(name), value: JSONTree(document, value)))
            }
            self = .object(members)
        }
    }

    /// The tree of a text, or `nil` when it is no JSON.
    init?(parsing text: ByteBuffer) {
        guard let document = JSONDocument(text) else { return nil }
        self.init(document)
    }

    /// A string that says this.
    static func text(_ text: String) -> JSONTree { .string(JSONString.encoded(text)) }
}

extension JSONTree {
    /// The tree as JSON without blanks.
    var bytes: ByteBuffer {
        var output = ByteBuffer()
        self.write(to: &output)
        return output
    }

    private func write(to output: inout ByteBuffer) {
        switch self {
        case .word(let word): output.writeImmutableBuffer(word)
        case .string(let text): JSONTree.writeQuoted(text, to: &output)
        case .array(let elements):
            output.writeStaticString("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { output.writeStaticString(",") }
                element.write(to: &output)
            }
            output.writeStaticString("]")
        case .object(let members):
            output.writeStaticString("{")
            for (index, member) in members.enumerated() {
                if index > 0 { output.writeStaticString(",") }
                JSONTree.writeQuoted(member.name, to: &output)
                output.writeStaticString(":")
                member.value.write(to: &output)
            }
            output.writeStaticString("}")
        }
    }

    private static func writeQuoted(_ text: ByteBuffer, to output: inout ByteBuffer) {
        output.writeStaticString("\"")
        output.writeImmutableBuffer(text)
        output.writeStaticString("\"")
    }

    /// The value as plain text: a string without escapes, `nil` for null, and JSON for everything else.
    var plainText: String? {
        switch self {
        case .string(let text): String(buffer: JSONString.decode(text).text)
        case .word(let word): word.readableBytesView.elementsEqual("null".utf8) ? nil : String(buffer: word)
        case .array, .object: String(buffer: self.bytes)
        }
    }
}

extension JSONString {
    /// Text as the inside of a JSON string.
    static func encoded(_ text: String) -> ByteBuffer {
        var output = ByteBuffer()
        self.encode(ByteBuffer(string: text), into: &output)
        return output
    }
}
