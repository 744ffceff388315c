extension ConfigurationFields {
    /// A value of the caller's own kind, read from one text.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - help: what the key does, in one line.
    ///   - parse: makes the value; the sentence that it throws is reported after what was found.
    /// - Returns: nil when the key is absent or wrong.
    public func parsed<T>(
        _ key: String,
        help: String,
        _ parse: (String) throws(ConfigurationMistake) -> T
    ) -> T? {
        parsed(ConfigurationKey(name: key, type: .string, help: help), parse)
    }

    /// A value of the caller's own kind that has to be given; nil when it is not, or is wrong, which is then reported.
    public func requiredParsed<T>(
        _ key: String,
        help: String,
        _ parse: (String) throws(ConfigurationMistake) -> T
    ) -> T? {
        var declaration = ConfigurationKey(name: key, type: .string, help: help)
        declaration.isRequired = true
        return parsed(declaration, parse)
    }

    func parsed<T>(
        _ key: ConfigurationKey,
        _ parse: (String) throws(ConfigurationMistake) -> T
    ) -> T? {
        let isText = key.type == .string || key.type == .secret
        guard let node = node(for: key, takesNullText: isText) else { return nil }
        return self.parse(node, of: key, at: location.key(key.name), parse)
    }

    /// Reads one node that has to be a text.
    func parse<T>(
        _ node: ConfigurationNode,
        of key: ConfigurationKey,
        at location: ConfigurationLocation,
        _ parse: (String) throws(ConfigurationMistake) -> T
    ) -> T? {
        if key.type == .secret || key.type == .secrets { context.secrets.insert(node.position) }
        guard let scalar = node.scalar else {
            context.issues.error(
                at: node.position,
                location,
                "found \(node.shown); expected \(key.expectation)"
            )
            return nil
        }
        if key.type == .secret, node.isNull {
            // Whoever writes it means "none"; as a text it would be a secret that everybody guesses.
            let text = scalar.text
            context.issues.error(
                at: node.position,
                location,
                "found \(text) without quotes; expected \(key.expectation), \(quoted(text)) in quotes if that is it"
            )
            return nil
        }
        do {
            return try parse(scalar.text)
        } catch {
            // What could not be substituted is reported already.
            if scalar.isSubstituted, context.issues.containsError(at: node.position) { return nil }
            let found = context.secrets.contains(node.position) ? Secret.redacted : node.shown
            context.issues.error(at: node.position, location, "found \(found); \(error)")
            return nil
        }
    }
}

extension ConfigurationKey {
    /// What the value has to be, with its article.
    var expectation: String {
        switch type {
        case .string: "a string"
        case .secret: "a string that is kept secret"
        case .boolean: "true or false"
        case .integer: "a whole number" + suffix
        case .number: "a number" + suffix
        case .duration: "a duration such as 250ms, 5s, 2m or 1h" + suffix
        case .size: "a size such as 240B, 64KiB or 1MiB" + suffix
        case .choice: "one of \(allowedValues.joined(separator: ", "))"
        case .strings, .secrets: "a list of strings"
        case .object: "a mapping"
        case .objects: "a list of mappings"
        case .map: "a mapping of names to strings"
        case .stringOrObject: "a string or a mapping"
        case .any: "a value"
        }
    }

    private var suffix: String { range.map { " (\($0))" } ?? "" }

    /// The mistake of a text that is not what the key takes.
    var mistake: ConfigurationMistake { ConfigurationMistake("expected \(expectation)") }
}
