import FilterAPI
import Yams

/// Makes nodes of the library's tree: substitutes, expands aliases and merge keys, and keeps size and depth bounded.
struct NodeConversion {
    let document: YAMLDocument
    let file: String
    let environment: Substitution.Source
    let issues: ConfigurationIssues
    /// How many nodes the expanded tree may have; a text without aliases cannot have more than it has characters.
    let maximumNodes: Int

    private static let maximumDepth = 100
    private var nodes = 0
    private var path: [Step] = []

    private enum Step {
        case key(String)
        case item(Int)
    }

    init(
        document: YAMLDocument,
        file: String,
        environment: Substitution.Source,
        issues: ConfigurationIssues,
        maximumNodes: Int
    ) {
        self.document = document
        self.file = file
        self.environment = environment
        self.issues = issues
        self.maximumNodes = maximumNodes
    }

    mutating func convert(_ node: Yams.Node) throws(YAMLMistake) -> ConfigurationNode {
        try count(node)
        let position = position(node.mark)
        switch node {
        case .scalar(let scalar):
            return ConfigurationNode(try content(scalar, position), position: position)
        case .sequence(let sequence):
            var items: [ConfigurationNode] = []
            for (index, item) in sequence.enumerated() { items.append(try convert(item, below: .item(index))) }
            return ConfigurationNode(.sequence(items), position: position)
        case .mapping(let mapping):
            return ConfigurationNode(.mapping(try entries(mapping)), position: position)
        case .alias:
            throw YAMLMistake(line: position.line, column: position.column, "an alias of nothing")
        }
    }

    private mutating func convert(_ node: Yams.Node, below step: Step) throws(YAMLMistake) -> ConfigurationNode {
        path.append(step)
        defer { path.removeLast() }
        return try convert(node)
    }

    private mutating func count(_ node: Yams.Node) throws(YAMLMistake) {
        nodes += 1
        let (line, column) = (node.mark?.line ?? 1, node.mark?.column ?? 1)
        if nodes > maximumNodes {
            throw YAMLMistake(line: line, column: column, "aliases expand to more than \(maximumNodes) values")
        }
        if path.count > NodeConversion.maximumDepth {
            throw YAMLMistake(line: line, column: column, "nested deeper than \(NodeConversion.maximumDepth) levels")
        }
    }

    private func position(_ mark: Mark?) -> SourcePosition {
        SourcePosition(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    private func location() -> ConfigurationLocation {
        path.reduce(.root) { place, step in
            switch step {
            case .key(let key): place.key(key)
            case .item(let index): place.item(index)
            }
        }
    }
}

// MARK: - Mappings

extension NodeConversion {
    private mutating func entries(_ mapping: Yams.Node.Mapping) throws(YAMLMistake) -> [ConfigurationNode.Entry] {
        var own: [ConfigurationNode.Entry] = []
        var merged: [ConfigurationNode.Entry] = []
        for (key, value) in mapping {
            guard let scalar = key.scalar else {
                issues.error(
                    at: position(key.mark),
                    location(),
                    "found a list or a mapping as a key; expected a string"
                )
                continue
            }
            if scalar.style == .plain, scalar.string == "<<" {
                merged += try mergedEntries(value)
                continue
            }
            let text = document.keyText(scalar)
            let node = try convert(value, below: .key(text))
            own.append(ConfigurationNode.Entry(key: text, keyPosition: position(scalar.mark), value: node))
        }
        return merged.isEmpty ? own : own + absent(merged, from: own)
    }

    /// What a `<<` brings in: the keys of a mapping, or of several, of which the first wins.
    private mutating func mergedEntries(_ value: Yams.Node) throws(YAMLMistake) -> [ConfigurationNode.Entry] {
        let node = try convert(value, below: .key("<<"))
        var result: [ConfigurationNode.Entry] = []
        for source in node.items ?? [node] {
            guard let entries = source.entries else {
                issues.error(
                    at: source.position,
                    location(),
                    "found \(source.kindInWords); expected a mapping to merge"
                )
                continue
            }
            result += absent(entries, from: result)
        }
        return result
    }

    private func absent(
        _ entries: [ConfigurationNode.Entry],
        from others: [ConfigurationNode.Entry]
    ) -> [ConfigurationNode.Entry] {
        let taken = Set(others.map(\.key))
        return entries.filter { !taken.contains($0.key) }
    }
}

// MARK: - Texts

extension NodeConversion {
    private func content(
        _ scalar: Yams.Node.Scalar,
        _ position: SourcePosition
    ) throws(YAMLMistake) -> ConfigurationNode.Content {
        let isQuoted = scalar.style != .plain && scalar.style != .any
        if !isQuoted, scalar.string.isEmpty { return .null }
        guard scalar.string.utf8.contains(UInt8(ascii: "$")) else {
            return .scalar(ConfigurationNode.Scalar(scalar.string, isQuoted: isQuoted))
        }
        let substitution = Substitution(scalar.string, environment)
        for mistake in substitution.mistakes {
            // In a block text the first line stands below the indicator; elsewhere the text's own place is near enough.
            let line = scalar.style == .literal ? position.line + 1 + mistake.line : position.line
            let place = scalar.style == .literal ? SourcePosition(file: file, line: line, column: 1) : position
            issues.unreadable(at: place, location(), mistake.message)
        }
        return .scalar(
            ConfigurationNode.Scalar(
                substitution.text,
                isQuoted: isQuoted,
                isSubstituted: substitution.hasSubstituted
            )
        )
    }
}
