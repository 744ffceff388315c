import NIOCore

/// What patterns look at to find out what is asked: the question and the user's last message, each with its front and its end, in
/// small letters, with one blank for any white space between two words.
///
/// Of content in parts it is their texts. What asks for the time stands at the front of a long message or, behind what has been
/// pasted, at its end.
struct SearchedTexts {
    /// How many bytes of the front, and of the end, are looked at.
    static let longestPart = 4096
    /// How deep texts may lie in content.
    private static let mostLevels = 4

    private(set) var texts: [String] = []

    /// - Parameters:
    ///   - question: The key text, which may be the compact JSON of content in parts.
    ///   - body: The request.
    init(_ question: String, in body: JSONDocument) {
        let asked = Self.decoded(question)
        self.add(asked)
        if let last = Self.lastMessage(of: body), last != asked { self.add(last) }
    }

    private mutating func add(_ text: String) {
        let bytes = text.utf8
        if bytes.count <= 2 * Self.longestPart {
            self.texts.append(Self.folded(text))
        } else {
            for part in [bytes.prefix(Self.longestPart), bytes.suffix(Self.longestPart)] {
                self.texts.append(Self.folded(String(decoding: part, as: UTF8.self)))
            }
        }
    }

    private static func folded(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.lowercased().unicodeScalars {
            if scalar.properties.isWhitespace {
                if folded.last != " " { folded.append(" ") }
            } else if scalar.isASCII || scalar.properties.generalCategory != .format {
                folded.append(scalar)
            }
        }
        return String(folded)
    }
}

extension SearchedTexts {
    private static func lastMessage(of body: JSONDocument) -> String? {
        guard let messages = body.member("messages", of: JSONDocument.root), body.kind(of: messages) == .array else {
            return nil
        }
        var content: Int?
        body.forEachElement(of: messages) { message in
            guard body.kind(of: message) == .object, let role = body.member("role", of: message),
                body.isString(role, "user")
            else { return }
            content = body.member("content", of: message)
        }
        return content.map { Self.texts(of: $0, in: body, levels: Self.mostLevels).joined(separator: "\n") }
    }

    /// The texts of a question that is JSON; any other as it is.
    private static func decoded(_ question: String) -> String {
        guard let first = question.utf8.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "{"),
            let document = JSONDocument(ByteBuffer(string: question))
        else { return question }
        let texts = self.texts(of: JSONDocument.root, in: document, levels: self.mostLevels)
        return texts.isEmpty ? question : texts.joined(separator: "\n")
    }

    /// The text of content, of its parts, and of the items that hold some.
    private static func texts(of value: Int, in document: JSONDocument, levels: Int) -> [String] {
        switch document.kind(of: value) {
        case .string: return document.string(value).map { [$0] } ?? []
        case .array where levels > 0:
            return document.elements(of: value).flatMap { self.texts(of: $0, in: document, levels: levels - 1) }
        case .object where levels > 0:
            let member = document.member("text", of: value) ?? document.member("content", of: value)
            return member.map { self.texts(of: $0, in: document, levels: levels - 1) } ?? []
        default: return []
        }
    }
}
