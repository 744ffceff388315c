/// Values by secrets, for one look-up a request.
///
/// The time that a look-up takes says nothing about how much of a secret is right: the table is searched by a keyed hash
/// (the standard library's SipHash, whose key is drawn when the process starts), and what is found by it is compared
/// over its whole length.
struct SecretTable<Value: Sendable>: Sendable {
    private struct Entry {
        let secret: [UInt8]
        let value: Value
    }

    private var entries: [Int: [Entry]] = [:]

    /// Adds a value; several may have the same secret.
    mutating func add(_ secret: [UInt8], _ value: Value) {
        let hash = secret.withUnsafeBytes { keyedHash($0) }
        self.entries[hash, default: []].append(Entry(secret: secret, value: value))
    }

    /// Calls `body` with each value whose secret these bytes are.
    @inline(__always)
    func forEachValue(of secret: UnsafeRawBufferPointer, _ body: (Value) -> Void) {
        guard let entries = self.entries[keyedHash(secret)] else { return }
        for entry in entries where entry.secret.withUnsafeBytes({ isEqualInConstantTime($0, secret) }) {
            body(entry.value)
        }
    }

    /// The first value whose secret these bytes are.
    func value(of secret: UnsafeRawBufferPointer) -> Value? {
        var found: Value?
        self.forEachValue(of: secret) { if found == nil { found = $0 } }
        return found
    }
}

private func keyedHash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: bytes)
    return hasher.finalize()
}

/// Whether both are equal; looks at all bytes, whatever the first of them say. Only the lengths may show.
func isEqualInConstantTime(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in 0..<left.count { difference |= left[index] ^ right[index] }
    return difference == 0
}
