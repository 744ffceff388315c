extension ConfigurationFields {
    /// One case of an enumeration by its raw value; nil when absent.
    public func choice<T: CaseIterable & RawRepresentable<String>>(
        _ key: String,
        of type: T.Type,
        help: String
    ) -> T? {
        choice(key, spellings: spellings(of: type), help: help)
    }

    /// One case of an enumeration by its raw value, with a default.
    public func choice<T: CaseIterable & RawRepresentable<String>>(
        _ key: String,
        of type: T.Type = T.self,
        default value: T,
        help: String
    ) -> T {
        choice(key, spellings: spellings(of: type), default: value, defaultText: value.rawValue, help: help)
    }

    /// One case of an enumeration that has to be given; nil when it is missing, which is then reported.
    public func requiredChoice<T: CaseIterable & RawRepresentable<String>>(
        _ key: String,
        of type: T.Type = T.self,
        help: String
    ) -> T? {
        var declaration = choiceKey(key, spellings(of: type), [], help)
        declaration.isRequired = true
        return choice(declaration, spellings(of: type))
    }

    /// One of the values of a table of spellings; nil when absent.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - spellings: spellings and values; the first spelling of a value is its name in help and messages, the others
    ///     are taken silently when they are given as `aliases`.
    ///   - aliases: further spellings.
    ///   - help: what the key does, in one line.
    public func choice<T>(
        _ key: String,
        spellings: [(String, T)],
        aliases: [(String, T)] = [],
        help: String
    ) -> T? {
        choice(choiceKey(key, spellings, aliases, help), spellings + aliases)
    }

    /// One of the values of a table of spellings, with a default.
    public func choice<T>(
        _ key: String,
        spellings: [(String, T)],
        aliases: [(String, T)] = [],
        default value: T,
        defaultText: String,
        help: String
    ) -> T {
        var declaration = choiceKey(key, spellings, aliases, help)
        declaration.defaultText = defaultText
        return choice(declaration, spellings + aliases) ?? value
    }

    private func spellings<T: CaseIterable & RawRepresentable<String>>(of type: T.Type) -> [(String, T)] {
        type.allCases.map { ($0.rawValue, $0) }
    }

    private func choiceKey<T>(
        _ key: String,
        _ spellings: [(String, T)],
        _ aliases: [(String, T)],
        _ help: String
    ) -> ConfigurationKey {
        var declaration = ConfigurationKey(name: key, type: .choice, help: help)
        declaration.allowedValues = spellings.map(\.0)
        declaration.aliases = aliases.map(\.0)
        return declaration
    }

    private func choice<T>(_ key: ConfigurationKey, _ spellings: [(String, T)]) -> T? {
        parsed(key) { (text) throws(ConfigurationMistake) in
            if let match = spellings.first(where: { $0.0 == text }) { return match.1 }
            // A number is not a misspelling of another one.
            let hint = text.contains(where: \.isLetter) ? hint(for: text, among: key.allowedValues) : ""
            throw ConfigurationMistake("\(key.mistake)\(hint)")
        }
    }
}
