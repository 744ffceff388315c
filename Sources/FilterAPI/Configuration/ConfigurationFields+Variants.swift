/// One of the kinds that a mapping may be of, such as a store or a service, with keys of its own.
public struct ConfigurationVariant<Value> {
    /// The text that names the kind.
    public let name: String
    /// Declares and reads the keys of this kind.
    public let read: (ConfigurationFields) -> Value

    /// A kind.
    public init(_ name: String, _ read: @escaping (ConfigurationFields) -> Value) {
        self.name = name
        self.read = read
    }
}

extension ConfigurationFields {
    /// Reads a mapping whose keys depend on its kind, which one of them names.
    ///
    /// When the kind is missing or misspelt only that is reported: the keys of all kinds are then taken as they are. The
    /// description holds each key once; it is required when all kinds require it.
    ///
    /// - Parameters:
    ///   - key: The key that names the kind, such as `type`.
    ///   - variants: The kinds.
    ///   - help: What the key does, in one line.
    /// - Returns: The kind's name and what its reader gave, or nil when there is no valid kind.
    public func variant<T>(
        _ key: String,
        of variants: [ConfigurationVariant<T>],
        help: String
    ) -> (name: String, value: T)? {
        var declaration = ConfigurationKey(name: key, type: .choice, help: help)
        declaration.allowedValues = variants.map(\.name)
        declaration.isRequired = true
        let variant = self.parsed(declaration) { (text) throws(ConfigurationMistake) in
            if let variant = variants.first(where: { $0.name == text }) { return variant }
            throw ConfigurationMistake("\(declaration.mistake)\(hint(for: text, among: declaration.allowedValues))")
        }
        guard let variant else {
            for key in ConfigurationKey.union(of: variants.map { variant in Self.describe { _ = variant.read($0) } }) {
                self.declare(key)
            }
            return nil
        }
        return (variant.name, variant.read(self))
    }
}

extension ConfigurationKey {
    /// The keys of several descriptions, each once, also inside objects.
    fileprivate static func union(of descriptions: [[ConfigurationKey]]) -> [ConfigurationKey] {
        var keys: [ConfigurationKey] = []
        for key in descriptions.joined() where !keys.contains(where: { $0.name == key.name }) {
            let same = descriptions.compactMap { $0.first { $0.name == key.name } }
            var merged = key
            merged.isRequired = same.count == descriptions.count && same.allSatisfy(\.isRequired)
            if same.contains(where: { $0.defaultText != key.defaultText }) { merged.defaultText = nil }
            merged.fields = self.union(of: same.map(\.fields))
            keys.append(merged)
        }
        return keys
    }
}
