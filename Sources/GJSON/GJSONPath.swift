/// A GJSON path, ready to be evaluated any number of times.
///
/// Every text is a path; one that means nothing selects nothing.
public struct GJSONPath: Sendable, Hashable {
    private let bytes: [UInt8]

    /// Takes the path's text, for example `messages.@reverse.#(role=="user").content`.
    public init(_ path: String) {
        bytes = Array(path.utf8)
    }

    /// The value that the path selects; ``GJSONValue/exists`` is false when there is none.
    ///
    /// The bytes are read in place and only during the call; the value owns its bytes. Time is bounded by the lengths of
    /// path and JSON multiplied, memory by a multiple of the JSON's length (and at least 16 MiB), nesting by 256 levels
    /// where the path descends; beyond that nothing is selected.
    public func evaluate(_ json: UnsafeRawBufferPointer) -> GJSONValue {
        bytes.withUnsafeBytes { path in
            let (json, path) = (Bytes(json), Bytes(path))
            var evaluation = Evaluation(json: json, path: path)
            return GJSONValue(evaluation.run(json, path))
        }
    }

    /// The value that the path selects.
    public func evaluate(_ json: [UInt8]) -> GJSONValue {
        json.withUnsafeBytes { evaluate($0) }
    }

    /// The value that the path selects.
    public func evaluate(_ json: String) -> GJSONValue {
        var json = json
        return json.withUTF8 { evaluate(UnsafeRawBufferPointer($0)) }
    }
}

extension GJSONPath: CustomStringConvertible {
    /// The path's text.
    public var description: String {
        String(decoding: bytes, as: UTF8.self)
    }
}
