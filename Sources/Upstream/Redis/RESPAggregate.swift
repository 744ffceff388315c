/// A collection whose header has been read and whose values are arriving.
struct RESPAggregate: Sendable {
    enum Kind: Sendable { case array, set, push, map, attribute }

    private let kind: Kind
    private var values: [RESPValue] = []
    /// Values that have not arrived yet: two for each entry of a map.
    private(set) var missing: Int

    /// - Parameter count: as announced, and already held against the limits.
    init(_ kind: Kind, count: Int) {
        self.kind = kind
        switch kind {
        case .array, .set, .push: missing = count
        case .map, .attribute: missing = count * 2
        }
        // Memory follows what has arrived, not what was announced.
        values.reserveCapacity(min(missing, 16))
    }

    var isComplete: Bool { missing == 0 }

    mutating func append(_ value: RESPValue) {
        missing -= 1
        // Nobody reads attributes.
        if kind != .attribute { values.append(value) }
    }

    /// Nil for attributes, which describe the value that follows them.
    var value: RESPValue? {
        switch kind {
        case .array: .array(values)
        case .set: .set(values)
        case .push: .push(values)
        case .map: .map(entries)
        case .attribute: nil
        }
    }

    private var entries: [RESPMapEntry] {
        stride(from: 0, to: values.count - 1, by: 2).map { RESPMapEntry(key: values[$0], value: values[$0 + 1]) }
    }
}
