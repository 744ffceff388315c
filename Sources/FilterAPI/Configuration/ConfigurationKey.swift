/// A key that some configuration declares: the source of reference pages, of `sluice filters NAME`, and of the schema.
public struct ConfigurationKey: Sendable, Hashable {
    /// What a key's value is.
    public enum ValueType: String, Sendable, Hashable {
        /// A text.
        case string
        /// A text that is never shown.
        case secret
        /// `true` or `false`.
        case boolean
        /// A whole number.
        case integer
        /// A finite number.
        case number
        /// A time span such as `250ms`.
        case duration
        /// A number of bytes such as `64KiB`.
        case size
        /// One of ``ConfigurationKey/allowedValues``.
        case choice
        /// A list of texts.
        case strings = "list of strings"
        /// A list of texts that are never shown.
        case secrets = "list of secrets"
        /// A mapping with the keys of ``ConfigurationKey/fields``.
        case object
        /// A list of mappings with the keys of ``ConfigurationKey/fields``.
        case objects = "list of objects"
        /// A mapping with free keys and texts as values.
        case map
        /// A text, or a mapping with the keys of ``ConfigurationKey/fields``.
        case stringOrObject = "string or object"
        /// Anything.
        case any
    }

    /// The name as it stands in the file.
    public var name: String
    /// What the value is.
    public var type: ValueType
    /// Whether the key has to be given.
    public var isRequired = false
    /// The value that stands in when the key is absent, as one would write it.
    public var defaultText: String?
    /// The values that a choice takes.
    public var allowedValues: [String] = []
    /// Further spellings of those values, which are taken silently.
    public var aliases: [String] = []
    /// The limits of the value or the unit of a bare number, in words.
    public var range: String?
    /// The least number that is taken; nil when there is no such limit, and for what is not a number.
    public var minimum: Double?
    /// The greatest number that is taken; nil when there is no such limit, and for what is not a number.
    public var maximum: Double?
    /// Whether a size may be the word `unlimited`.
    public var takesUnlimited = false
    /// Whether one text may stand for a list of texts.
    public var takesOneText = false
    /// What the key does, in one line.
    public var help: String
    /// The keys inside an object.
    public var fields: [ConfigurationKey] = []

    /// A key; the other properties are set where they apply.
    public init(name: String, type: ValueType, help: String) {
        self.name = name
        self.type = type
        self.help = help
    }
}
