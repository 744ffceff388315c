/// Names a typed value that filters leave on a stream for each other.
///
/// Keys of equal name and type name the same value; prefix the name with the filter that owns it.
///
/// ```swift
/// extension AttributeKey where Value == String {
///     static let tenant = AttributeKey("tenant")
/// }
/// ```
public struct AttributeKey<Value: Sendable>: Sendable {
    /// The name for people.
    public let name: String

    /// Makes a key. Keys of equal name and type are equal.
    public init(_ name: String) { self.name = name }
}

/// The typed values on a stream.
public struct StreamAttributes {
    private var values: [(name: String, value: any Sendable)] = []

    /// Makes an empty store.
    public init() {}

    /// The value of a key; setting `nil` removes it.
    public subscript<Value: Sendable>(_ key: AttributeKey<Value>) -> Value? {
        get {
            for entry in self.values where entry.name == key.name {
                if let value = entry.value as? Value { return value }
            }
            return nil
        }
        set {
            self.values.removeAll { $0.name == key.name && $0.value is Value }
            if let newValue { self.values.append((key.name, newValue)) }
        }
    }

    package mutating func reset() {
        if !self.values.isEmpty { self.values.removeAll(keepingCapacity: true) }
    }
}
