import NIOCore

/// The last questions and answers of somebody, oldest first.
struct Dialogue: Sendable, Hashable {
    /// The most bytes of a dialogue; older messages go.
    static var maximumBytes: Int { 1 << 20 }

    /// One message.
    struct Message: Sendable, Hashable {
        let role: String
        /// What stands between the quotes of its JSON string.
        let content: ByteBuffer

        /// The message as JSON.
        var json: ByteBuffer {
            JSONTree.object([
                JSONTree.Member(name: ByteBuffer(string: "role"), value: .text(self.role)),
                JSONTree.Member(name: ByteBuffer(string: "content"), value: .string(self.content)),
            ]).bytes
        }
    }

    private(set) var messages: [Message] = []

    /// A dialogue without messages.
    init() {}

    /// Reads what was stored, or gives `nil` when it is something else.
    init?(stored: ByteBuffer) {
        guard stored.readableBytes <= Self.maximumBytes, let document = JSONDocument(stored),
            document.kind(of: JSONDocument.root) == .array
        else { return nil }
        for element in document.elements(of: JSONDocument.root) {
            guard let role = document.member("role", of: element).flatMap({ document.string($0) }),
                let content = document.member("content", of: element), document.kind(of: content) == .string
            else { return nil }
            self.messages.append(Message(role: role, content: document.literal(content)))
        }
    }

    /// The messages of the last rounds, a question and its answer each.
    func last(rounds: Int) -> [Message] {
        Array(self.messages.suffix(2 * min(max(0, rounds), self.messages.count)))
    }

    /// Adds a round and forgets the oldest ones.
    ///
    /// - Parameters:
    ///   - question: What was asked.
    ///   - answer: What was answered, as it stood between its quotes.
    ///   - rounds: How many rounds stay.
    mutating func add(question: ByteBuffer, answer: ByteBuffer, keeping rounds: Int) {
        self.messages.append(Message(role: "user", content: question))
        self.messages.append(Message(role: "assistant", content: answer))
        self.messages.removeFirst(max(0, self.messages.count - 2 * rounds))
        var size = self.messages.reduce(0) { $0 + $1.content.readableBytes }
        while size > Self.maximumBytes / 2, self.messages.count > 1 {
            size -= self.messages.prefix(2).reduce(0) { $0 + $1.content.readableBytes }
            self.messages.removeFirst(2)
        }
    }

    /// Messages as a JSON array.
    static func json(_ messages: some Sequence<Message>) -> ByteBuffer {
        var writer = JSONWriter()
        writer.array { array in
            for message in messages { array.json(message.json) }
        }
        return writer.bytes
    }
}
