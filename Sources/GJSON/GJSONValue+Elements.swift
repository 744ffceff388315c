extension GJSONValue {
    /// The elements of an array. Null and nothing have none, any other value is its own only element.
    public var array: [GJSONValue] {
        withNode { $0.elements.map(GJSONValue.init) }
    }

    /// Calls `body` with each member of an object, or each element of an array, until it answers false.
    ///
    /// The key of a member is a string; elements have a key that does not exist. A value that is neither object nor
    /// array is its own only element.
    public func forEach(_ body: (_ key: GJSONValue, _ value: GJSONValue) -> Bool) {
        withNode { node in
            node.forEach { key, value in body(GJSONValue(key), GJSONValue(value)) }
        }
    }

    /// The value at `path` inside this one.
    public func get(_ path: String) -> GJSONValue {
        GJSONPath(path).evaluate(raw)
    }
}
