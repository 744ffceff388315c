import FilterAPI

/// Makes a schema of its YAML, and reports what is wrong with it at its place.
final class SchemaReading {
    /// Which version of JSON Schema is read.
    enum Draft: Sendable {
        case four, seven
    }

    let context: ConfigurationContext
    let draft: Draft
    /// Whether names of members are those of header fields, which have no case.
    let foldsNames: Bool
    private let rootNode: ConfigurationNode
    private let rootLocation: ConfigurationLocation
    private var nodes: [JSONSchema.Node] = []
    /// Subschemas by their JSON Pointer, so that each is read once.
    private var places: [String: Int] = [:]
    /// References that are still to be resolved: where they stand and what they name.
    private var references: [(node: ConfigurationNode, location: ConfigurationLocation, owner: Int, target: String)] =
        []

    private init(
        _ node: ConfigurationNode,
        _ location: ConfigurationLocation,
        _ context: ConfigurationContext,
        _ draft: Draft,
        foldsNames: Bool
    ) {
        self.rootNode = node
        self.rootLocation = location
        self.context = context
        self.draft = draft
        self.foldsNames = foldsNames
    }

    /// Reads a schema.
    ///
    /// - Parameters:
    ///   - node: Its YAML.
    ///   - location: The place in words.
    ///   - context: Where mistakes are left.
    ///   - draft: The version of JSON Schema.
    ///   - foldsNames: Whether names of members are compared in lower case.
    static func schema(
        _ node: ConfigurationNode,
        at location: ConfigurationLocation,
        _ context: ConfigurationContext,
        _ draft: Draft,
        foldsNames: Bool
    ) -> JSONSchema {
        let reading = SchemaReading(node, location, context, draft, foldsNames: foldsNames)
        let root = reading.subschema(node, at: location, pointer: "#")
        reading.resolveReferences()
        reading.reportLoops()
        return JSONSchema(nodes: reading.nodes, root: root)
    }

    /// Reads one subschema and gives its place in the table.
    func subschema(_ node: ConfigurationNode, at location: ConfigurationLocation, pointer: String) -> Int {
        if let known = self.places[pointer] { return known }
        let index = self.nodes.count
        self.places[pointer] = index
        self.nodes.append(.anything)
        if let scalar = node.scalar, !scalar.isQuoted, ["true", "false"].contains(scalar.text) {
            self.nodes[index] = scalar.text == "true" ? .anything : .nothing
        } else if node.entries != nil {
            let known = ConfigurationFields.read(
                node.withoutExtensions,
                position: node.position,
                location: location,
                context: self.context
            ) { SchemaRules(self, $0, pointer: pointer, owner: index).read() }
            if !known.isEmpty { self.nodes[index] = .rules(known) }
        } else {
            self.context.issues.error(at: node.position, location, "expected a schema: a mapping, true or false")
        }
        return index
    }

    /// Notes a `$ref`, whose target may come later in the file.
    func refer(_ node: ConfigurationNode, _ location: ConfigurationLocation, owner: Int, to target: String) {
        self.references.append((node, location, owner, target))
    }
}

// MARK: - References

extension SchemaReading {
    private func resolveReferences() {
        var next = 0
        while next < self.references.count {
            let reference = self.references[next]
            next += 1
            guard let target = self.target(of: reference.target) else {
                self.context.issues.error(
                    at: reference.node.position,
                    reference.location,
                    "found a reference to what is not there; expected a place in this schema, such as #/definitions/name"
                )
                continue
            }
            self.nodes[reference.owner] = .rules([.reference(target)])
        }
    }

    private func target(of reference: String) -> Int? {
        guard reference.hasPrefix("#") else { return nil }
        if reference == "#" { return self.places["#"] }
        if let known = self.places[reference] { return known }
        var node = self.rootNode
        var location = self.rootLocation
        for token in reference.dropFirst().split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = FormValues.decode(token, plus: false).replacing("~1", with: "/").replacing("~0", with: "~")
            if let items = node.items {
                guard let index = Int(name), items.indices.contains(index) else { return nil }
                node = items[index]
                location = location.item(index)
            } else {
                guard let member = node[name] else { return nil }
                node = member
                location = location.key(name)
            }
        }
        return self.subschema(node, at: location, pointer: reference)
    }

    /// Reports references that lead back to themselves without going down into the text.
    private func reportLoops() {
        for reference in self.references {
            var seen: Set<Int> = [reference.owner]
            var index = reference.owner
            while case .rules(let rules) = self.nodes[index], case .reference(let target)? = rules.first {
                index = target
                guard seen.insert(index).inserted else {
                    self.context.issues.error(
                        at: reference.node.position,
                        reference.location,
                        "found a reference that leads back to itself; expected one that ends at a schema"
                    )
                    break
                }
            }
        }
    }
}

extension ConfigurationNode {
    /// The mapping without the keys that are for other tools: `x-...`.
    fileprivate var withoutExtensions: ConfigurationNode {
        guard let entries else { return self }
        return ConfigurationNode(.mapping(entries.filter { !$0.key.hasPrefix("x-") }), position: self.position)
    }
}
