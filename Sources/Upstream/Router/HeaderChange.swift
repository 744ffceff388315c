package import FilterAPI

/// What a route does to header fields: first it removes, then it sets, then it adds.
package struct HeaderChange: Sendable {
    /// Fields that replace all those of their names.
    package let set: [(name: HeaderName, value: String)]
    /// Fields that come beside those of their names.
    package let add: [(name: HeaderName, value: String)]
    /// Names of fields that go.
    package let remove: [HeaderName]

    package init(
        set: [(name: HeaderName, value: String)] = [],
        add: [(name: HeaderName, value: String)] = [],
        remove: [HeaderName] = []
    ) {
        self.set = set
        self.add = add
        self.remove = remove
    }

    /// Changes the fields of a message.
    package func apply(to fields: inout HeaderFields) {
        for name in remove { fields.remove(name) }
        for (name, value) in set { fields.set(name, value) }
        for (name, value) in add { fields.add(name, value) }
    }
}
