import FilterAPI

/// What becomes of the header fields of a message: first fields go, then some are set, then others come beside them.
struct FieldChange: Sendable {
    /// A field that comes.
    typealias Field = (name: HeaderName, value: String)

    let remove: [HeaderName]
    let set: [Field]
    let add: [Field]
    /// What `Host`, and with it the target, becomes; `nil` to leave it.
    let host: String?

    /// Whether no field changes, `Host` aside.
    var isEmpty: Bool { self.remove.isEmpty && self.set.isEmpty && self.add.isEmpty }

    /// Changes the fields.
    func apply(to fields: inout HeaderFields) {
        for name in self.remove { fields.remove(name) }
        for field in self.set { fields.set(field.name, field.value) }
        for field in self.add { fields.add(field.name, field.value) }
    }
}

extension FieldChange {
    /// Reads the keys of one direction.
    init(_ fields: ConfigurationFields, isRequest: Bool) {
        let remove = fields.strings("remove", form: .listOrScalar, help: "Names of fields that go; done first.")
        let set = fields.map("set", help: "Fields that replace those of their names.")
        let add = fields.map("add", help: "Fields that come beside those of their names; done last.")
        self.host = isRequest ? set.last { $0.0.lowercased() == "host" }?.1 : nil
        self.remove = remove.map { HeaderName($0) }
        self.set = set.filter { !isRequest || $0.0.lowercased() != "host" }.map { (HeaderName($0.0), $0.1) }
        self.add = add.map { (HeaderName($0.0), $0.1) }
        guard !fields.isDescribing else { return }
        for (index, name) in remove.enumerated() {
            let mistake = mistake(inFieldName: name) ?? Self.hostMistake(name, isRequest: isRequest)
            if let mistake { fields.error(at: "remove", item: index, mistake) }
        }
        for (name, value) in set { Self.check(name, value, at: "set", fields) }
        for (name, value) in add {
            Self.check(name, value, at: "add", fields)
            if let mistake = Self.hostMistake(name, isRequest: isRequest) { fields.error(at: "add", mistake) }
        }
    }

    private static func check(_ name: String, _ value: String, at key: String, _ fields: ConfigurationFields) {
        if let mistake = mistake(inFieldName: name) {
            fields.error(at: key, mistake)
        } else if holdsControlCharacter(value) {
            fields.error(at: key, "the value of \(name.debugDescription) holds a control character")
        } else if name.lowercased() == "host", value.isEmpty {
            fields.error(at: key, "the value of \"host\" is empty; expected a host")
        }
    }

    private static func hostMistake(_ name: String, isRequest: Bool) -> String? {
        guard isRequest, name.lowercased() == "host" else { return nil }
        return "found \"host\"; a request has exactly one, which \"set\" can change"
    }
}
