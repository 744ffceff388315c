import GJSON
import NIOCore

/// Where the text of an answer is found in the upstream's JSON.
struct AnswerPaths: Sendable {
    static let defaultValue = "choices.0.message.content"
    static let defaultStreamValue = "choices.0.delta.content"
    static let defaultToolCalls = "choices.0.delta.content.tool_calls"

    private let value: GJSONPath?
    private let streamValue: GJSONPath?
    private let toolCalls: GJSONPath

    /// Takes `cacheValueFrom`, `cacheStreamValueFrom` and `cacheToolCallsFrom`.
    init(
        value: String = Self.defaultValue,
        streamValue: String = Self.defaultStreamValue,
        toolCalls: String = Self.defaultToolCalls
    ) {
        self.value = value == Self.defaultValue ? nil : GJSONPath(value)
        self.streamValue = streamValue == Self.defaultStreamValue ? nil : GJSONPath(streamValue)
        self.toolCalls = GJSONPath(toolCalls)
    }

    /// Whether answers of this kind are told where their text is by a path of the user's.
    func isCustom(streamed: Bool) -> Bool { (streamed ? self.streamValue : self.value) != nil }

    /// The text that the user's path selects, as a JSON string without its quotes.
    func customText(in document: JSONDocument, streamed: Bool) -> ByteBuffer? {
        guard let path = streamed ? self.streamValue : self.value else { return nil }
        let value = document.text.withUnsafeReadableBytes { path.evaluate($0) }
        if value.kind == .null { return nil }
        if value.kind == .string, let literal = JSONDocument(ByteBuffer(bytes: value.raw)) {
            return literal.literal(JSONDocument.root)
        }
        var text = ByteBuffer()
        JSONString.encode(ByteBuffer(string: value.string), into: &text)
        return text
    }

    /// Whether `cacheToolCallsFrom` selects something.
    func selectsToolCalls(in document: JSONDocument) -> Bool {
        let value = document.text.withUnsafeReadableBytes { self.toolCalls.evaluate($0) }
        switch value.kind {
        case .null, .false: return false
        case .string: return !value.string.isEmpty
        case .json: return !["[]", "{}"].contains(value.string.filter { !$0.isWhitespace })
        case .true, .number: return true
        }
    }
}
