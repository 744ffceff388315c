/// A hash table from byte strings to numbers that is asked with received bytes, without making a key of them.
///
/// Filled once. At least half of its slots stay free, so what a client asks for cannot make a lookup long.
struct ByteTable: Sendable {
    private struct Slot: Sendable {
        var hash: UInt32 = 0
        /// Index into `keyEnds` and `values` plus 1; 0 for free.
        var entry: UInt32 = 0
    }

    private var slots: [Slot] = []
    private var keys: [UInt8] = []
    private var keyEnds: [Int] = []
    private var values: [Int] = []
    private var longestKey = -1

    init() {}

    /// Makes the table; keys must differ from each other.
    init(_ entries: [(key: [UInt8], value: Int)]) {
        guard !entries.isEmpty else { return }
        var capacity = 4
        while capacity < 2 * entries.count { capacity *= 2 }
        self.slots = [Slot](repeating: Slot(), count: capacity)
        for (key, value) in entries {
            self.keys += key
            self.keyEnds.append(self.keys.count)
            self.values.append(value)
            self.longestKey = max(self.longestKey, key.count)
            self.insert(hash: key.withUnsafeBytes { Self.hash($0, lowercasing: false) })
        }
    }

    private mutating func insert(hash: UInt32) {
        var place = Int(hash) & (self.slots.count - 1)
        while self.slots[place].entry != 0 { place = (place + 1) & (self.slots.count - 1) }
        self.slots[place] = Slot(hash: hash, entry: UInt32(truncatingIfNeeded: self.values.count))
    }

    /// The value of a key, or `nil`; adds to `steps` the slots that were looked at.
    ///
    /// - Parameter lowercasing: Whether ASCII capitals in the bytes count as small letters; the keys must be small then.
    func value(of bytes: UnsafeRawBufferPointer, lowercasing: Bool = false, counting steps: inout Int) -> Int? {
        guard bytes.count <= self.longestKey else { return nil }
        let hash = Self.hash(bytes, lowercasing: lowercasing)
        var place = Int(hash) & (self.slots.count - 1)
        while true {
            steps += 1
            let slot = self.slots[place]
            if slot.entry == 0 { return nil }
            let entry = Int(slot.entry) - 1
            if slot.hash == hash, self.key(entry, equals: bytes, lowercasing) { return self.values[entry] }
            place = (place + 1) & (self.slots.count - 1)
        }
    }

    private func key(_ entry: Int, equals bytes: UnsafeRawBufferPointer, _ lowercasing: Bool) -> Bool {
        let start = entry == 0 ? 0 : self.keyEnds[entry - 1]
        guard self.keyEnds[entry] - start == bytes.count else { return false }
        for index in 0..<bytes.count where self.keys[start + index] != bytes[index].lowercased(lowercasing) {
            return false
        }
        return true
    }

    /// FNV-1a with its bits mixed once more, since the slots use the low ones.
    private static func hash(_ bytes: UnsafeRawBufferPointer, lowercasing: Bool) -> UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            hash = (hash ^ UInt64(byte.lowercased(lowercasing))) &* 0x100_0000_01B3
        }
        return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
    }
}

extension UInt8 {
    /// An ASCII capital as the small letter, if wanted.
    func lowercased(_ isWanted: Bool) -> UInt8 {
        isWanted && self &- 0x41 < 26 ? self | 0x20 : self
    }
}
