/// The strict reader of one mapping of the configuration.
///
/// Each accessor declares a key, with its type, default, limits and a line of help, and returns a value that can be used
/// at once; it never throws. What is wrong in the file is recorded as a ``ConfigurationIssue`` with its place, and a
/// configuration with an error is never put to use. When the reader of the mapping is done, keys that nobody declared
/// are reported with the nearest declared one.
///
/// The same code runs without a file to learn which keys there are: ``describe(_:)``. Accessors then return defaults.
///
/// A key without a value (`key:`) counts as absent.
public final class ConfigurationFields {
    /// The size that stands for `unlimited`.
    public static let unlimited = Int.max

    /// Whether keys are only being declared and there is no file.
    public let isDescribing: Bool
    /// The place of this mapping in words.
    public let location: ConfigurationLocation
    /// The place of this mapping in the file.
    public let position: SourcePosition
    /// What all readers of the configuration share.
    public let context: ConfigurationContext

    private let entries: [ConfigurationNode.Entry]
    private var declared: [ConfigurationKey] = []
    private var missing: [ConfigurationKey] = []
    private let firstEntries: [String: Int]

    init(
        entries: [ConfigurationNode.Entry],
        position: SourcePosition,
        location: ConfigurationLocation,
        context: ConfigurationContext,
        isDescribing: Bool = false
    ) {
        self.entries = entries
        self.position = position
        self.location = location
        self.context = context
        self.isDescribing = isDescribing
        firstEntries = Dictionary(
            entries.enumerated().map { ($0.element.key, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}

// MARK: - Entry points

extension ConfigurationFields {
    /// Reads the mapping `node` with `read`, and reports what nobody asked for.
    ///
    /// - Parameters:
    ///   - node: the mapping; nil or an empty value reads as a mapping without keys.
    ///   - position: where to report a missing key when there is no `node`.
    ///   - location: the place of the mapping in words.
    ///   - context: what the readers share.
    ///   - read: the reader.
    public static func read<T>(
        _ node: ConfigurationNode?,
        position: SourcePosition,
        location: ConfigurationLocation,
        context: ConfigurationContext,
        _ read: (ConfigurationFields) -> T
    ) -> T {
        guard let node, !node.isNull else {
            let none = ConfigurationFields(entries: [], position: position, location: location, context: context)
            let value = read(none)
            none.reportKeys()
            return value
        }
        guard let entries = node.entries else {
            context.issues.error(at: node.position, location, "found \(node.kindInWords); expected a mapping")
            let none = ConfigurationFields(
                entries: [],
                position: node.position,
                location: location,
                context: context.muted
            )
            return read(none)
        }
        let fields = ConfigurationFields(
            entries: entries,
            position: node.position,
            location: location,
            context: context
        )
        let value = read(fields)
        fields.reportKeys()
        return value
    }

    /// The keys that a configuration declares.
    public static func describe(_ type: (some FilterConfiguration).Type) -> [ConfigurationKey] {
        describe { _ = type.init($0) }
    }

    /// The keys that `read` declares.
    public static func describe(_ read: (ConfigurationFields) -> Void) -> [ConfigurationKey] {
        let nowhere = SourcePosition(file: "", line: 0, column: 0)
        let fields = ConfigurationFields(
            entries: [],
            position: nowhere,
            location: .root,
            context: ConfigurationContext(),
            isDescribing: true
        )
        read(fields)
        return fields.declared
    }
}

// MARK: - Places and issues

extension ConfigurationFields {
    /// Whether the file gives `key` a value. For a key that was read as a text a bare `~` is one.
    public func has(_ key: String) -> Bool {
        guard let node = value(of: key) else { return false }
        if case .null = node.content { return false }
        let isText = declared.contains { $0.name == key && ($0.type == .string || $0.type == .secret) }
        return isText || !node.isNull
    }

    /// Whether the file has `key`, be it without a value: for a key whose absence must not be an accident.
    public func isGiven(_ key: String) -> Bool { value(of: key) != nil }

    /// Where the value of `key` stands, or else the mapping itself.
    public func position(of key: String) -> SourcePosition {
        value(of: key)?.position ?? position
    }

    /// Records an error at the value of `key`, or at the mapping when the key is absent.
    ///
    /// - Parameters:
    ///   - key: the key that is meant.
    ///   - item: the item (from 0) that is meant, when the value is a list.
    ///   - message: what was found and what was expected.
    public func error(at key: String, item: Int? = nil, _ message: String) {
        let (position, location) = place(of: key, item: item)
        context.issues.error(at: position, location, message)
    }

    /// Records a warning at the value of `key`, or at the mapping when the key is absent.
    public func warning(at key: String, item: Int? = nil, _ message: String) {
        let (position, location) = place(of: key, item: item)
        context.issues.warning(at: position, location, message)
    }

    /// Records an error about the mapping as a whole.
    public func error(_ message: String) {
        context.issues.error(at: position, location, message)
    }

    /// Records a warning about the mapping as a whole.
    public func warning(_ message: String) {
        context.issues.warning(at: position, location, message)
    }

    private func place(of key: String, item: Int?) -> (SourcePosition, ConfigurationLocation) {
        guard let node = value(of: key) else { return (position, location.key(key)) }
        guard let item, let items = node.items, items.indices.contains(item) else {
            return (node.position, location.key(key))
        }
        return (items[item].position, location.key(key).item(item))
    }
}

// MARK: - What accessors are built on

extension ConfigurationFields {
    func value(of key: String) -> ConfigurationNode? {
        firstEntries[key].map { entries[$0].value }
    }

    func declare(_ key: ConfigurationKey) {
        declared.append(key)
    }

    /// The node of `key` if it has a value; a missing required one is reported at the mapping.
    ///
    /// - Parameter takesNullText: whether a bare `~` or `null` is a text like any other.
    func node(for key: ConfigurationKey, takesNullText: Bool = false) -> ConfigurationNode? {
        declare(key)
        if let node = value(of: key.name) {
            if case .null = node.content {} else if takesNullText || !node.isNull { return node }
        }
        if key.isRequired { missing.append(key) }
        return nil
    }

    /// Reports missing, repeated and unknown keys; a required key that is merely misspelt is reported once.
    private func reportKeys() {
        let unknown = entries.filter { entry in !declared.contains { $0.name == entry.key } }
        if unknown.isEmpty, missing.isEmpty, firstEntries.count == entries.count { return }
        let names = declared.map(\.name)
        let meant = Set(unknown.compactMap { nearestName(to: $0.key, among: names) })
        for key in missing where !meant.contains(key.name) {
            context.issues.error(at: position, location, "missing key \(quoted(key.name)) (\(key.typeInWords))")
        }
        reportRepeatedKeys()
        for entry in unknown where isFirst(entry) {
            context.issues.error(at: entry.keyPosition, location, unknownKey(entry.key, among: names))
        }
    }

    private func reportRepeatedKeys() {
        for entry in entries where !isFirst(entry) {
            let line = firstEntries[entry.key].map { entries[$0].keyPosition.line } ?? 0
            context.issues.error(
                at: entry.keyPosition,
                location,
                "duplicate key \(quoted(entry.key)); first given at line \(line)"
            )
        }
    }

    private func isFirst(_ entry: ConfigurationNode.Entry) -> Bool {
        firstEntries[entry.key].map { entries[$0].keyPosition == entry.keyPosition } ?? true
    }

    private func unknownKey(_ key: String, among names: [String]) -> String {
        let hint = hint(for: key, among: names)
        let valid = names.isEmpty ? "; no keys are taken here" : "; valid keys: \(names.joined(separator: ", "))"
        return "unknown key \(quoted(key))" + (hint.isEmpty ? valid : hint)
    }
}

extension ConfigurationKey {
    /// The type and its limits in a few words.
    var typeInWords: String {
        let choices = allowedValues.isEmpty ? type.rawValue : "one of \(allowedValues.joined(separator: ", "))"
        return range.map { "\(choices), \($0)" } ?? choices
    }
}
