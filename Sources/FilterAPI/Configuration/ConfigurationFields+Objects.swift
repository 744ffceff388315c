extension ConfigurationFields {
    /// A mapping with keys of its own; nil when absent.
    public func object<T>(_ key: String, help: String, _ read: (ConfigurationFields) -> T) -> T? {
        var declaration = ConfigurationKey(name: key, type: .object, help: help)
        return object(&declaration, read)
    }

    /// A mapping with keys of its own; when absent it reads as one without keys, so that all its defaults hold.
    public func objectOrDefaults<T>(_ key: String, help: String, _ read: (ConfigurationFields) -> T) -> T {
        object(key, help: help, read) ?? read(absent(key))
    }

    /// A mapping that has to be given; when missing, which is then reported, it reads as one without keys.
    public func requiredObject<T>(_ key: String, help: String, _ read: (ConfigurationFields) -> T) -> T {
        var declaration = ConfigurationKey(name: key, type: .object, help: help)
        declaration.isRequired = true
        return object(&declaration, read) ?? read(absent(key))
    }

    private func object<T>(_ key: inout ConfigurationKey, _ read: (ConfigurationFields) -> T) -> T? {
        key.fields = describing(read)
        guard let node = node(for: key) else { return nil }
        return ConfigurationFields.read(
            node,
            position: node.position,
            location: location.key(key.name),
            context: context,
            read
        )
    }

    /// A list of mappings; empty when absent.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - isRequired: whether the list has to be given and to have an item.
    ///   - nameKeys: keys inside an item; the text of the first that is there names the item in messages.
    ///   - help: what the key does, in one line.
    ///   - read: reads one item.
    public func objects<T>(
        _ key: String,
        isRequired: Bool = false,
        named nameKeys: String...,
        help: String,
        _ read: (ConfigurationFields) -> T
    ) -> [T] {
        var declaration = ConfigurationKey(name: key, type: .objects, help: help)
        declaration.isRequired = isRequired
        declaration.fields = describing(read)
        guard let node = node(for: declaration) else { return [] }
        guard let items = node.items else {
            error(at: key, "found \(node.kindInWords); expected a list of mappings")
            return []
        }
        if isRequired, items.isEmpty { error(at: key, "found an empty list; expected at least one mapping") }
        return items.enumerated().map { index, item in
            let name = nameKeys.lazy.compactMap { item[$0]?.scalar }.first { !$0.isSubstituted }?.text
            return self.item(item, at: location.key(key).item(index).named(name), read)
        }
    }

    private func item<T>(
        _ node: ConfigurationNode,
        at location: ConfigurationLocation,
        _ read: (ConfigurationFields) -> T
    ) -> T {
        // Here, unlike for a key of its own, nothing is not the same as a mapping without keys.
        if node.isNull { context.issues.error(at: node.position, location, "found nothing; expected a mapping") }
        let context = node.isNull ? context.muted : context
        return ConfigurationFields.read(node, position: node.position, location: location, context: context, read)
    }

    /// A value that is written either as one text or as a mapping; nil when absent.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - help: what the key does, in one line.
    ///   - scalar: makes the value of a text.
    ///   - object: reads the value from a mapping.
    public func alternatives<T>(
        _ key: String,
        help: String,
        scalar: (String) throws(ConfigurationMistake) -> T,
        object: (ConfigurationFields) -> T
    ) -> T? {
        var declaration = ConfigurationKey(name: key, type: .stringOrObject, help: help)
        declaration.fields = describing(object)
        guard let node = node(for: declaration) else { return nil }
        let place = location.key(key)
        guard node.entries != nil else { return parse(node, of: declaration, at: place, scalar) }
        return ConfigurationFields.read(node, position: node.position, location: place, context: context, object)
    }

    /// The node itself, for a value that somebody else reads; nil when absent.
    public func node(_ key: String, help: String) -> ConfigurationNode? {
        node(for: ConfigurationKey(name: key, type: .any, help: help))
    }

    /// The nested keys, in describe mode only.
    private func describing<T>(_ read: (ConfigurationFields) -> T) -> [ConfigurationKey] {
        isDescribing ? ConfigurationFields.describe { _ = read($0) } : []
    }

    private func absent(_ key: String) -> ConfigurationFields {
        ConfigurationFields(
            entries: [],
            position: position,
            location: location.key(key),
            context: context.muted,
            isDescribing: isDescribing
        )
    }
}
