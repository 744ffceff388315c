import Crypto
import FilterAPI
import NIOCore

/// Makes the digest that keeps answers apart which an equal question alone would mix up.
struct RequestScope: Sendable {
    /// What a scope looks at outside the body.
    struct Surroundings {
        var consumer: String?
        var route: String?
        var headers: HeaderFields = [:]
        /// What the path says about the meaning of the body; empty for chat completions.
        var format = ""
    }

    let parts: [ScopePart]
    /// The member of the body that holds the question; it is not a parameter.
    private let questionMember: String
    /// What is stored under the key; records and plain texts never share one.
    private let form: String

    init(parts: [ScopePart], questionMember: String, form: String) {
        self.parts = Array(Set(parts)).sorted { $0.tag < $1.tag }
        self.questionMember = questionMember
        self.form = form
    }

    /// Whether keys are the question and nothing else.
    var isEmpty: Bool { self.parts.isEmpty }

    /// Whether header fields have a say.
    var looksAtHeaders: Bool {
        self.parts.contains { if case .header = $0 { true } else { false } }
    }

    /// 64 hexadecimal digits that are equal exactly when all parts are.
    func digest(of body: JSONDocument, _ surroundings: Surroundings) -> String {
        var canonical = CanonicalJSON()
        canonical.write("ai-cache 1")
        canonical.write(self.form)
        // Whatever is listed: an answer in one format is never one in another.
        if !surroundings.format.isEmpty {
            canonical.write("format")
            canonical.write(surroundings.format)
        }
        let members = body.sortedMembers(of: JSONDocument.root)
        for part in self.parts {
            canonical.write(part.tag)
            self.write(part, body, members, surroundings, into: &canonical)
        }
        return canonical.output.withUnsafeBytes { bytes in
            var hash = SHA256()
            hash.update(bufferPointer: bytes)
            return hash.finalize().withUnsafeBytes { Hexadecimal.text($0) }
        }
    }

    private func write(
        _ part: ScopePart,
        _ body: JSONDocument,
        _ members: [JSONDocument.Member],
        _ surroundings: Surroundings,
        into canonical: inout CanonicalJSON
    ) {
        switch part {
        case .model: canonical.write(members, of: body) { $0 == "model" }
        case .consumer: canonical.write(optional: surroundings.consumer)
        case .system:
            canonical.write(members, of: body) { BodyMembers.system.contains($0) }
            canonical.writeSystemMessages(of: body)
        case .tools: canonical.write(members, of: body) { BodyMembers.tools.contains($0) }
        case .parameters:
            canonical.write(members, of: body) { name in
                name != self.questionMember && !BodyMembers.notParameters.contains(name)
            }
        case .history: canonical.writeHistory(of: body)
        case .route: canonical.write(optional: surroundings.route)
        case .header(let name): canonical.write(optional: surroundings.headers.combinedValue(of: name))
        }
    }
}

/// The members of a request's body by what they do to the answer.
enum BodyMembers {
    static let system: Set<String> = ["system", "instructions"]
    static let tools: Set<String> = ["tools", "tool_choice", "parallel_tool_calls", "functions", "function_call"]
    /// What other parts cover, and what does not change the text of the answer.
    static let notParameters: Set<String> =
        BodyMembers.system.union(BodyMembers.tools).union([
            "model", "stream", "stream_options", "user", "metadata", "store", "service_tier",
            "safety_identifier", "prompt_cache_key",
        ])
}

extension CanonicalJSON {
    fileprivate mutating func write(optional text: String?) {
        self.write(text == nil ? "-" : "+")
        self.write(text ?? "")
    }

    /// Writes the members of the body that `isWanted` names; a null one counts as absent.
    fileprivate mutating func write(
        _ members: [JSONDocument.Member],
        of body: JSONDocument,
        where isWanted: (String) -> Bool
    ) {
        for (name, value) in members where body.kind(of: value) != .null && isWanted(name) {
            self.write(name)
            self.write(value, of: body)
        }
        self.write("")
    }

    fileprivate mutating func writeSystemMessages(of body: JSONDocument) {
        guard let messages = body.member("messages", of: JSONDocument.root) else { return }
        body.forEachElement(of: messages) { message in
            guard let role = body.member("role", of: message) else { return }
            if body.isString(role, "system") || body.isString(role, "developer") { self.write(message, of: body) }
        }
    }

    fileprivate mutating func writeHistory(of body: JSONDocument) {
        guard let messages = body.member("messages", of: JSONDocument.root) else { return }
        for message in body.elements(of: messages).dropLast() { self.write(message, of: body) }
    }
}
