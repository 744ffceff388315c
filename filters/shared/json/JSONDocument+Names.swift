import NIOCore

extension JSONDocument {
    /// Whether some object says the same name twice.
    ///
    /// Parsers disagree about which of the two counts, so a text that does cannot be trusted to mean the same here and
    /// at the upstream.
    var hasRepeatedNames: Bool {
        var isRepeated = false
        self.forEachContainer { value in
            if !isRepeated, self.kind(of: value) == .object { isRepeated = self.repeatsName(value) }
        }
        return isRepeated
    }

    private func repeatsName(_ object: Int) -> Bool {
        var names: [Int] = []
        var hasEscapes = false
        self.forEachMember(of: object) { name, _ in
            names.append(name)
            if self.isEscaped(name) { hasEscapes = true }
        }
        if names.count < 2 { return false }
        if hasEscapes || names.count > 16 {
            return Set(names.map { self.decoded($0) }).count < names.count
        }
        return self.text.withUnsafeReadableBytes { bytes in
            for (offset, name) in names.enumerated() {
                for other in names[(offset + 1)...] where self.equal(name, other, bytes) { return true }
            }
            return false
        }
    }

    private func equal(_ left: Int, _ right: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let left = self.range(of: left)
        let right = self.range(of: right)
        guard left.count == right.count else { return false }
        return bytes.holds(UnsafeRawBufferPointer(rebasing: bytes[left]), at: right.lowerBound)
    }
}
