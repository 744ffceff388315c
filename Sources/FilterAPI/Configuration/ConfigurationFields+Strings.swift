extension ConfigurationFields {
    /// A text; nil when absent. Every unquoted text counts as it stands: `on`, `1.0`, `~`.
    public func string(_ key: String, help: String) -> String? {
        string(ConfigurationKey(name: key, type: .string, help: help))
    }

    /// A text with a default.
    public func string(_ key: String, default value: String, help: String) -> String {
        var declaration = ConfigurationKey(name: key, type: .string, help: help)
        declaration.defaultText = quoted(value)
        return string(declaration) ?? value
    }

    /// A text that has to be given and not be empty; empty when it is missing, which is then reported.
    public func requiredString(_ key: String, help: String) -> String {
        var declaration = ConfigurationKey(name: key, type: .string, help: help)
        declaration.isRequired = true
        let text = parsed(declaration) { (text) throws(ConfigurationMistake) in
            if text.isEmpty { throw ConfigurationMistake("expected a text that is not empty") }
            return text
        }
        return text ?? ""
    }

    /// A text that is never shown; nil when absent. An unquoted `null` or `~` is an error, since it would be that text.
    public func secret(_ key: String, help: String) -> Secret? {
        string(ConfigurationKey(name: key, type: .secret, help: help)).map(Secret.init)
    }

    /// A secret that has to be given and not be empty; empty when it is missing, which is then reported.
    public func requiredSecret(_ key: String, help: String) -> Secret {
        var declaration = ConfigurationKey(name: key, type: .secret, help: help)
        declaration.isRequired = true
        let text = parsed(declaration) { (text) throws(ConfigurationMistake) in
            if text.isEmpty { throw ConfigurationMistake("expected a secret that is not empty") }
            return text
        }
        return Secret(text ?? "")
    }

    private func string(_ key: ConfigurationKey) -> String? {
        parsed(key) { (text) throws(ConfigurationMistake) in text }
    }
}
