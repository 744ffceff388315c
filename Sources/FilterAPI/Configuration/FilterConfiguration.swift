/// What a filter reads from the `config` of its entry.
///
/// The initialiser declares every key once, with type, default and help; from the same code come the reading, the
/// messages about mistakes, `sluice filters NAME` and the JSON Schema.
///
/// ```swift
/// struct GreetingConfiguration: FilterConfiguration {
///     let text: String
///     let repeats: Int
///
///     init(_ fields: ConfigurationFields) {
///         text = fields.string("text", default: "hello", help: "What to say.")
///         repeats = fields.integer("repeats", in: 1...10, default: 1, help: "How often to say it.")
///     }
/// }
/// ```
public protocol FilterConfiguration: Sendable {
    /// Reads the configuration. Never fails: a mistake is recorded, and the value is then not used.
    init(_ fields: ConfigurationFields)
}
