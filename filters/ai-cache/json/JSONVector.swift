import NIOCore

extension JSONDocument {
    /// The numbers of an array; `nil` for other values, and when an element is something else than a number.
    ///
    /// A number that no `Float` holds becomes an infinite one.
    func floats(_ value: Int) -> [Float]? {
        guard self.kind(of: value) == .array else { return nil }
        var numbers: [Float] = []
        var isGood = true
        self.text.withUnsafeReadableBytes { bytes in
            self.forEachElement(of: value) { element in
                guard isGood, self.kind(of: element) == .number else {
                    isGood = false
                    return
                }
                let digits = UnsafeRawBufferPointer(rebasing: bytes[self.range(of: element)])
                numbers.append(JSONNumber.double(digits).map { Float($0) } ?? .infinity)
            }
        }
        return isGood ? numbers : nil
    }
}

extension [Float] {
    /// The same, when the vector can be compared with others.
    ///
    /// - Throws: ``ProviderError`` for an empty vector, one of zeros, and one with a number that is not finite.
    func comparable() throws(ProviderError) -> [Float] {
        if self.isEmpty { throw ProviderError(.badVector, "the vector is empty") }
        var hasValue = false
        for number in self {
            guard number.isFinite else {
                throw ProviderError(.badVector, "the vector holds a number that is not finite")
            }
            if number != 0 { hasValue = true }
        }
        if !hasValue { throw ProviderError(.badVector, "the vector is all zeros") }
        return self
    }
}
