import FilterAPI

extension ConfigurationNode {
    /// The node with a place of its own for each value, as if a file held one value a line.
    ///
    /// Literals have no places; with them mistakes keep their order, and a repeated key is found.
    func placed(file: String = "<test>") -> ConfigurationNode {
        var line = 0
        return self.placed(file, &line)
    }

    private func placed(_ file: String, _ line: inout Int) -> ConfigurationNode {
        line += 1
        let position = SourcePosition(file: file, line: line, column: 1)
        switch self.content {
        case .null, .scalar: return ConfigurationNode(self.content, position: position)
        case .sequence(let items):
            return ConfigurationNode(.sequence(items.map { $0.placed(file, &line) }), position: position)
        case .mapping(let entries):
            let placed = entries.map { entry in
                let key = SourcePosition(file: file, line: line + 1, column: 1)
                return Entry(key: entry.key, keyPosition: key, value: entry.value.placed(file, &line))
            }
            return ConfigurationNode(.mapping(placed), position: position)
        }
    }
}
