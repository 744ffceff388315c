extension JSONValue {
    /// The value of a name that has to be there.
    func required(_ name: String) throws(ModelError) -> JSONValue {
        guard let value = self.member(name) else {
            throw self.error(self.isObject ? "missing \"\(name)\"" : "expected an object with \"\(name)\"")
        }
        return value
    }

    /// A whole number that has to be there, in a range.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(ModelError) -> Int {
        try self.required(name).integer(in: range)
    }

    /// A whole number in a range.
    func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) throws(ModelError) -> Int {
        try self.member(name)?.integer(in: range) ?? fallback
    }

    func bool(_ name: String, default fallback: Bool) throws(ModelError) -> Bool {
        guard let value = self.member(name) else { return fallback }
        guard let bool = value.bool else { throw value.error("expected true or false") }
        return bool
    }

    /// A text that has to be there.
    func requiredString(_ name: String) throws(ModelError) -> String {
        let value = try self.required(name)
        guard let text = value.string else { throw value.error("expected a text") }
        return text
    }

    func string(_ name: String) throws(ModelError) -> String? {
        guard let value = self.member(name) else { return nil }
        guard let text = value.string else { throw value.error("expected a text") }
        return text
    }

    private func integer(in range: ClosedRange<Int>) throws(ModelError) -> Int {
        guard let value = self.integer, range.contains(value) else {
            throw self.error(
                "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }
}
