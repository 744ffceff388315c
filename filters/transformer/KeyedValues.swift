/// Keys with one value or several, as header fields, queries and forms have them.
protocol KeyedValues {
    associatedtype Key: Sendable

    /// The values of a key in order; none when it is not there.
    func values(of key: Key) -> [String]
    /// Whether the key is there.
    func contains(_ key: Key) -> Bool
    /// Puts these values in the place of those that the key has; none takes the key away.
    mutating func setValues(_ values: [String], of key: Key)
    /// Adds a value after those that the key has.
    mutating func append(_ value: String, to key: Key)
}

extension KeyedValues where Key: Equatable {
    /// Changes the keys as one step says.
    ///
    /// - Parameters:
    ///   - step: The change.
    ///   - source: Finds what `map` takes; `nil` when it is not there.
    ///   - text: Makes a configured value's text.
    mutating func apply(
        _ step: TransformStep<Key>,
        source: (TransformSource) -> [String]?,
        text: (TransformValue) throws -> String
    ) rethrows {
        switch step {
        case .remove(let key): self.setValues([], of: key)
        case .rename(let old, let new):
            guard old != new, self.contains(old) else { return }
            let values = self.values(of: old)
            self.setValues([], of: old)
            for value in values { self.append(value, to: new) }
        case .replace(let key, let value): self.setValues([try text(value)], of: key)
        case .add(let key, let value):
            if !self.contains(key) { self.append(try text(value), to: key) }
        case .append(let key, let value): self.append(try text(value), to: key)
        case .map(let from, let key):
            if let values = source(from), !values.isEmpty { self.setValues(values, of: key) }
        case .dedupe(let key, let strategy):
            let values = self.values(of: key)
            let retained: [String] = strategy.retained(of: values)
            if retained != values { self.setValues(retained, of: key) }
        }
    }
}
