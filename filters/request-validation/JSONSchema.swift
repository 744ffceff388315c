import FilterAPI

/// A JSON Schema, ready to be applied to any number of texts.
///
/// Subschemas stand in one table and name each other by their places, so that a schema may refer to itself.
///
/// Source: JSON Schema draft-07, "Core" (draft-handrews-json-schema-01) and "Validation"
/// (draft-handrews-json-schema-validation-01).
struct JSONSchema: Sendable {
    /// One subschema.
    enum Node: Sendable {
        /// Takes everything: `true`.
        case anything
        /// Takes nothing: `false`.
        case nothing
        /// Takes what passes all of these.
        case rules([SchemaRule])
    }

    /// The subschemas.
    let nodes: [Node]
    /// The place of the whole schema.
    let root: Int
}

/// What one keyword asks, or several that belong together.
enum SchemaRule: Sendable {
    case type(SchemaType)
    /// `enum` and `const`: values in a spelling that is equal for equal values, and as they are written.
    case values(Set<[UInt8]>, shown: [String])
    case multipleOf(Double)
    case maximum(Double, exclusive: Bool)
    case minimum(Double, exclusive: Bool)
    case length(ClosedRange<Int>)
    case pattern(Pattern)
    case format(SchemaFormat)
    case elementCount(ClosedRange<Int>)
    case unique
    /// `items` and `additionalItems`.
    case elements(first: [Int], rest: Int?)
    case contains(Int)
    case memberCount(ClosedRange<Int>)
    case required([String])
    /// `properties`, `patternProperties` and `additionalProperties`.
    case members(named: [String: Int], matching: [(Pattern, Int)], rest: Int?)
    case memberNames(Int)
    case dependentNames(String, [String])
    case dependentSchema(String, Int)
    case condition(when: Int, then: Int?, otherwise: Int?)
    case all([Int])
    case any([Int])
    case one([Int])
    case not(Int)
    case reference(Int)
}

/// The kinds of values that `type` names.
struct SchemaType: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    static let array = SchemaType(rawValue: 1)
    static let boolean = SchemaType(rawValue: 2)
    static let integer = SchemaType(rawValue: 4)
    static let null = SchemaType(rawValue: 8)
    static let number = SchemaType(rawValue: 16)
    static let object = SchemaType(rawValue: 32)
    static let string = SchemaType(rawValue: 64)

    /// The names in the order in which messages list them.
    static let names: [(String, SchemaType)] = [
        ("array", .array), ("boolean", .boolean), ("integer", .integer), ("null", .null), ("number", .number),
        ("object", .object), ("string", .string),
    ]

    /// The kinds in words, such as `string or null`.
    var inWords: String {
        SchemaType.names.filter { self.contains($0.1) }.map(\.0).joined(separator: " or ")
    }
}

/// Why a text does not fit a schema.
struct SchemaViolation: Error, Hashable {
    /// Where in the text, as a JSON Pointer (RFC 6901); empty for the whole.
    let pointer: String
    /// What was expected there; holds nothing of the text's values.
    let expected: String
}

extension SchemaViolation: CustomStringConvertible {
    var description: String { "at \(self.pointer.isEmpty ? "the root" : self.pointer): expected \(self.expected)" }
}
