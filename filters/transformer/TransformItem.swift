import FilterAPI

/// Reads one item of a rule: a key and what becomes of it.
struct TransformItem {
    private let item: ConfigurationFields
    private let operation: TransformOperation
    private let side: TransformSide
    private let isBody: Bool

    init(_ item: ConfigurationFields, _ operation: TransformOperation, side: TransformSide, isBody: Bool) {
        self.item = item
        self.operation = operation
        self.side = side
        self.isBody = isBody
    }

    /// What the keys of an item mean, in one line each.
    static func help(_ key: String) -> String {
        switch key {
        case "oldKey": "The name that it has."
        case "newKey": "The name that it gets."
        case "fromKey": "What is taken; of a JSON body a GJSON path."
        case "toKey": "What is set."
        default: "What is changed."
        }
    }

    /// Reads the item.
    ///
    /// - Parameters:
    ///   - source: Reads what `map` takes.
    ///   - isForFields: Whether the item is for header fields, whose values are on one line.
    ///   - key: Reads a key by its name in the file; the flag says whether the rule writes it.
    func step<Key>(
        _ source: (ConfigurationFields) -> TransformSource,
        isForFields: Bool = false,
        key: (String, Bool) -> Key
    ) -> TransformStep<Key> {
        switch self.operation {
        case .remove: .remove(key("key", true))
        case .rename: .rename(from: key("oldKey", true), to: key("newKey", true))
        case .replace: .replace(key("key", true), self.value("newValue", isForFields))
        case .add: .add(key("key", true), self.value("value", isForFields))
        case .append: .append(key("key", true), self.value("appendValue", isForFields))
        case .map: .map(source(self.item), to: key("toKey", true))
        case .dedupe:
            .dedupe(
                key("key", true),
                self.item.choice("strategy", default: DedupeStrategy.retainFirst, help: "Which of several values stay.")
            )
        }
    }
}

// MARK: - Values

extension TransformItem {
    private func value(_ key: String, _ isForFields: Bool) -> TransformValue {
        let text = self.item.string(key, help: "The value; may hold $1 for a group of the pattern.")
        let type =
            self.isBody
            ? self.item.choice(
                "value_type",
                default: TransformValueType.string,
                help: "What the value is in a JSON body; in a form it is always text."
            ) : .string
        let template = self.template(text ?? "", key)
        guard !self.item.isDescribing else { return TransformValue(text: "", template: nil, json: nil) }
        guard let text else {
            self.item.error("missing key \"\(key)\" (string)")
            return TransformValue(text: "", template: nil, json: nil)
        }
        if isForFields, text.unicodeScalars.contains(where: { $0 == "\r" || $0 == "\n" || $0 == "\0" }) {
            self.item.error(at: key, "holds a line break; expected a text that a header field can carry")
        }
        return TransformValue(text: text, template: type == .string ? template : nil, json: self.json(text, type, key))
    }

    private func json(_ text: String, _ type: TransformValueType, _ key: String) -> JSONTree? {
        do {
            return try type.tree(of: text)
        } catch {
            self.item.error(at: key, "found a value of another kind; \(error)")
            return nil
        }
    }

    /// Reads the patterns. The one for the host counts when both are there.
    private func template(_ text: String, _ key: String) -> TransformValue.Template? {
        let host = self.pattern("host_pattern", "A regular expression over the host whose groups the value takes.")
        let path = self.pattern("path_pattern", "The same over the path with its query.")
        guard let pattern = host ?? path else { return nil }
        do {
            // Pages of the reference write `\$1`, which means the group all the same.
            let text = text.replacing("\\$", with: "$")
            let substitution = try PatternSubstitution(text, for: pattern)
            return TransformValue.Template(
                subject: host != nil ? .host : .path,
                pattern: pattern,
                substitution: substitution
            )
        } catch {
            self.item.error(at: key, "found a text that is no replacement for the pattern; \(error)")
            return nil
        }
    }

    private func pattern(_ key: String, _ help: String) -> Pattern? {
        self.item.parsed(key, help: help) { (text) throws(ConfigurationMistake) in
            do {
                return try Pattern(text)
            } catch {
                throw ConfigurationMistake("expected a regular expression: \(error)")
            }
        }
    }
}
