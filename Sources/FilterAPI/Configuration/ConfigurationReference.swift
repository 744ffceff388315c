/// A name in the file that points at something else in the file, kept until everything has been read.
package struct ConfigurationReference: Sendable {
    /// The name.
    package let text: String
    /// The name for messages: quoted, or `<redacted>` when it was substituted.
    package let shown: String
    /// Where it stands.
    package let position: SourcePosition
    /// What the place is called.
    package let location: ConfigurationLocation

    /// Whether the name came from the environment or a file, so that no message may show it.
    package var isSubstituted: Bool { self.shown == Secret.redacted }
}

extension ConfigurationFields {
    /// The name that `key` holds, with its place; nil when there is none.
    package func reference(at key: String) -> ConfigurationReference? {
        value(of: key).flatMap { reference($0, location.key(key)) }
    }

    /// The names that the list, or the one text, at `key` holds.
    package func references(at key: String) -> [ConfigurationReference] {
        guard let node = value(of: key) else { return [] }
        let place = location.key(key)
        guard let items = node.items else { return [reference(node, place)].compactMap { $0 } }
        return items.enumerated().compactMap { reference($0.element, place.item($0.offset)) }
    }

    private func reference(
        _ node: ConfigurationNode,
        _ location: ConfigurationLocation
    ) -> ConfigurationReference? {
        guard let scalar = node.scalar else { return nil }
        return ConfigurationReference(
            text: scalar.text,
            shown: node.shown,
            position: node.position,
            location: location
        )
    }
}
