package import FilterAPI

extension ConfigurationNode {
    /// Whether both say the same, wherever they stand; the order of keys counts.
    package func hasEqualContent(_ other: ConfigurationNode) -> Bool {
        switch (self.content, other.content) {
        case (.null, .null): true
        case (.scalar(let left), .scalar(let right)): left == right
        case (.sequence(let left), .sequence(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.hasEqualContent($1) }
        case (.mapping(let left), .mapping(let right)):
            left.count == right.count
                && zip(left, right).allSatisfy { $0.key == $1.key && $0.value.hasEqualContent($1.value) }
        default: false
        }
    }
}
