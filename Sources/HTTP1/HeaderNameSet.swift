import FilterAPI

/// A set of interned header names, as bits.
struct HeaderNameSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ names: [HeaderName] = []) {
        for name in names { self.insert(name.id) }
    }

    /// Adds an id; 0, which stands for all other names, and ids above 127 are never members.
    mutating func insert(_ id: UInt8) {
        guard id > 0, id < 128 else { return }
        if id < 64 { self.low |= 1 << UInt64(id) } else { self.high |= 1 << UInt64(id - 64) }
    }

    @inline(__always)
    func contains(_ id: UInt8) -> Bool {
        ((id < 64 ? self.low : self.high) &>> UInt64(id & 63)) & 1 != 0 && id < 128
    }
}
