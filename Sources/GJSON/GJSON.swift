/// GJSON paths over JSON bytes, as `github.com/tidwall/gjson` evaluates them.
///
/// A path selects or rearranges parts of a JSON text without parsing it whole: `messages.@reverse.0.content`,
/// `items.#(price<10)#.name`, `{id,"text":choices.0.message.content}`. JSON need not be valid; what cannot be read is
/// passed over as the original does. See ``GJSONPath`` for a path that is used more than once.
public enum GJSON {
    /// The value at `path`. See ``GJSONPath/evaluate(_:)-(UnsafeRawBufferPointer)``.
    public static func get(_ json: UnsafeRawBufferPointer, _ path: String) -> GJSONValue {
        GJSONPath(path).evaluate(json)
    }

    /// The value at `path`.
    public static func get(_ json: [UInt8], _ path: String) -> GJSONValue {
        GJSONPath(path).evaluate(json)
    }

    /// The value at `path`.
    public static func get(_ json: String, _ path: String) -> GJSONValue {
        GJSONPath(path).evaluate(json)
    }

    /// Whether the bytes are one JSON text, by the rule of the `@valid` modifier: the grammar of RFC 8259, any nesting,
    /// bytes beyond ASCII unchecked. ``JSONText/isValid(_:maximumDepth:)-(UnsafeRawBufferPointer,_)`` is stricter.
    public static func isValid(_ json: UnsafeRawBufferPointer) -> Bool {
        JSONGrammar.isValid(Bytes(json))
    }

    /// Whether the bytes are one JSON text.
    public static func isValid(_ json: [UInt8]) -> Bool {
        json.withUnsafeBytes { isValid($0) }
    }

    /// Whether the text is one JSON text.
    public static func isValid(_ json: String) -> Bool {
        var json = json
        return json.withUTF8 { isValid(UnsafeRawBufferPointer($0)) }
    }
}
