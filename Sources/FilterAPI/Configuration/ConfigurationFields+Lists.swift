extension ConfigurationFields {
    /// How a list of texts may be written.
    public enum ListForm: Sendable {
        /// Only as a list.
        case list
        /// As a list, or as one text for a list of one.
        case listOrScalar
        /// As a list, or as one text with commas between the items.
        case listOrCommaSeparated
    }

    /// A list of texts; the default when absent.
    public func strings(
        _ key: String,
        form: ListForm = .list,
        default value: [String] = [],
        help: String
    ) -> [String] {
        var declaration = ConfigurationKey(name: key, type: .strings, help: help)
        declaration.defaultText = "[\(value.joined(separator: ", "))]"
        declaration.takesOneText = form != .list
        return strings(declaration, form) ?? value
    }

    /// A list of texts that has to be given and to have an item; empty when it is missing, which is then reported.
    public func requiredStrings(_ key: String, form: ListForm = .list, help: String) -> [String] {
        var declaration = ConfigurationKey(name: key, type: .strings, help: help)
        declaration.isRequired = true
        declaration.takesOneText = form != .list
        let texts = strings(declaration, form)
        if texts?.isEmpty == true { error(at: key, "found no string; expected at least one") }
        return texts ?? []
    }

    /// A list of texts that are never shown; empty when absent.
    public func secrets(_ key: String, form: ListForm = .list, help: String) -> [Secret] {
        var declaration = ConfigurationKey(name: key, type: .secrets, help: help)
        declaration.takesOneText = form != .list
        return strings(declaration, form)?.map(Secret.init) ?? []
    }

    /// A list of values of the caller's own kind, each read from one text; empty when absent.
    ///
    /// - Parameters:
    ///   - key: the key.
    ///   - help: what the key does, in one line.
    ///   - parse: makes a value; the sentence that it throws is reported after what was found, at the item.
    /// - Returns: the values of the items that could be read.
    public func parsedList<T>(
        _ key: String,
        help: String,
        _ parse: (String) throws(ConfigurationMistake) -> T
    ) -> [T] {
        var declaration = ConfigurationKey(name: key, type: .strings, help: help)
        declaration.defaultText = "[]"
        guard let node = node(for: declaration) else { return [] }
        guard let items = node.items else {
            error(at: key, "found \(node.kindInWords); expected a list of strings")
            return []
        }
        var item = declaration
        item.type = .string
        return items.enumerated().compactMap { index, node in
            self.parse(node, of: item, at: location.key(key).item(index), parse)
        }
    }

    private func strings(_ key: ConfigurationKey, _ form: ListForm) -> [String]? {
        guard let node = node(for: key) else { return nil }
        let place = location.key(key.name)
        if let items = node.items {
            return items.enumerated().compactMap { text(of: $0.element, key, at: place.item($0.offset)) }
        }
        guard form != .list, node.scalar != nil else {
            if key.type == .secrets { context.secrets.insert(node.position) }
            context.issues.error(at: node.position, place, "found \(node.kindInWords); expected a list of strings")
            return nil
        }
        guard let text = text(of: node, key, at: place) else { return nil }
        guard form == .listOrCommaSeparated else { return [text] }
        return text.split(separator: ",").map { trimmed($0) }.filter { !$0.isEmpty }
    }

    private func text(
        of node: ConfigurationNode,
        _ key: ConfigurationKey,
        at location: ConfigurationLocation
    ) -> String? {
        var item = key
        item.type = key.type == .secrets || key.type == .secret ? .secret : .string
        return parse(node, of: item, at: location) { (text) throws(ConfigurationMistake) in text }
    }

    /// A mapping of free names to texts, in the file's order; empty when absent.
    public func map(_ key: String, help: String) -> [(String, String)] {
        map(key, help: help, areSecret: false)
    }

    /// A mapping of free names to texts that are never shown, in the file's order; empty when absent.
    public func secretMap(_ key: String, help: String) -> [(String, Secret)] {
        map(key, help: help, areSecret: true).map { ($0, Secret($1)) }
    }

    private func map(_ key: String, help: String, areSecret: Bool) -> [(String, String)] {
        let declaration = ConfigurationKey(name: key, type: .map, help: help)
        guard let node = node(for: declaration) else { return [] }
        var value = declaration
        if areSecret { value.type = .secret }
        let place = location.key(key)
        guard let entries = node.entries else {
            context.issues.error(
                at: node.position,
                place,
                "found \(node.kindInWords); expected \(declaration.expectation)"
            )
            return []
        }
        var seen: Set<String> = []
        return entries.compactMap { entry in
            if !seen.insert(entry.key).inserted {
                context.issues.error(at: entry.keyPosition, place, "duplicate key \(quoted(entry.key))")
            }
            if case .null = entry.value.content { return (entry.key, "") }
            return text(of: entry.value, value, at: place.key(entry.key)).map { (entry.key, $0) }
        }
    }
}

/// `text` without blanks around it.
package func trimmed(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
}
