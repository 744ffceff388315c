import GJSON
import Testing

/// A path and what it selects.
struct PathCase: Sendable, CustomTestStringConvertible {
    let path: String
    let json: String
    let expected: Expected

    init(_ path: String, in json: String = "", _ expected: Expected) {
        self.path = path
        self.json = json
        self.expected = expected
    }

    var testDescription: String { json.isEmpty ? path : "\(path) in \(json)" }

    /// Checks the path in the case's own JSON.
    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        check(in: json, sourceLocation: sourceLocation)
    }

    /// Checks the path in a document shared by a table.
    func check(in document: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let value = GJSON.get(document, path)
        #expect(value.kind == expected.kind, sourceLocation: sourceLocation)
        #expect(value.exists == expected.exists, sourceLocation: sourceLocation)
        #expect(String(decoding: value.raw, as: UTF8.self) == expected.raw, sourceLocation: sourceLocation)
        #expect(value.string == expected.text, sourceLocation: sourceLocation)
    }

    struct Expected: Sendable {
        var kind: GJSONValue.Kind
        var exists = true
        var raw: String
        var text: String

        static let missing = Expected(kind: .null, exists: false, raw: "", text: "")
        static let null = Expected(kind: .null, raw: "null", text: "")
        static let `true` = Expected(kind: .true, raw: "true", text: "true")
        static let `false` = Expected(kind: .false, raw: "false", text: "false")

        /// A string without escapes.
        static func string(_ text: String) -> Expected {
            Expected(kind: .string, raw: "\"\(text)\"", text: text)
        }

        /// A number that prints as it is written.
        static func number(_ text: String) -> Expected {
            Expected(kind: .number, raw: text, text: text)
        }

        static func json(_ text: String) -> Expected {
            Expected(kind: .json, raw: text, text: text)
        }

        static func value(_ kind: GJSONValue.Kind, _ raw: String, text: String) -> Expected {
            Expected(kind: kind, raw: raw, text: text)
        }
    }
}
