import FilterAPI

/// Recognises the interned header names in received bytes, without case, in a few nanoseconds.
///
/// A hash of the length and three bytes selects a candidate, whose text is then compared eight bytes at a time.
package struct HeaderNameTable: @unchecked Sendable {
    /// The one table; its memory lives as long as the process and never changes.
    package static let shared = HeaderNameTable(names: HeaderName.known)

    private static let slotMask = 511

    /// The id at each slot, 0 for none; a collision takes the next free slot.
    private let slots: UnsafeMutablePointer<UInt8>
    /// Where each id's text begins in `texts`.
    private let starts: UnsafeMutablePointer<Int>
    private let texts: UnsafeMutableRawPointer
    private let longest: Int

    let connection = HeaderName.connection.id
    let contentLength = HeaderName.contentLength.id
    let expect = HeaderName.expect.id
    let host = HeaderName.host.id
    let keepAlive = HeaderName.keepAlive.id
    let te = HeaderName.te.id
    let transferEncoding = HeaderName.transferEncoding.id
    let upgrade = HeaderName.upgrade.id
    /// Fields that the codec itself must understand.
    let interpreted = HeaderNameSet([.connection, .contentLength, .expect, .host, .transferEncoding, .upgrade])

    private init(names: [String]) {
        precondition(names.count <= 256, "a header name's id is one byte")
        self.slots = .allocate(capacity: HeaderNameTable.slotMask + 1)
        self.slots.initialize(repeating: 0, count: HeaderNameTable.slotMask + 1)
        self.starts = .allocate(capacity: names.count + 1)
        self.texts = .allocate(byteCount: names.reduce(8) { $0 + $1.utf8.count }, alignment: 8)
        self.longest = names.reduce(0) { max($0, $1.utf8.count) }
        var end = 0
        for (id, name) in names.enumerated() {
            (self.starts + id).initialize(to: end)
            for byte in name.utf8 {
                self.texts.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
                end += 1
            }
        }
        (self.starts + names.count).initialize(to: end)
        for id in names.indices where id > 0 {
            let text = UnsafeRawPointer(self.texts) + self.starts[id]
            var slot = HeaderNameTable.slot(text, self.starts[id + 1] - self.starts[id])
            while self.slots[slot] != 0 { slot = (slot + 1) & HeaderNameTable.slotMask }
            self.slots[slot] = UInt8(truncatingIfNeeded: id)
        }
    }

    /// The id of the name in these bytes, or 0 when it is not interned.
    package func id(of name: UnsafeRawBufferPointer) -> UInt8 {
        guard let base = name.baseAddress else { return 0 }
        return self.id(base, name.count)
    }

    @inline(__always)
    func id(_ name: UnsafeRawPointer, _ count: Int) -> UInt8 {
        guard count > 0, count <= self.longest else { return 0 }
        var slot = HeaderNameTable.slot(name, count)
        while true {
            let id = self.slots[slot]
            if id == 0 { return 0 }
            let start = self.starts[Int(id)]
            if self.starts[Int(id) &+ 1] &- start == count,
                HeaderNameTable.equal(name, UnsafeRawPointer(self.texts) + start, count)
            {
                return id
            }
            slot = (slot &+ 1) & HeaderNameTable.slotMask
        }
    }

    @inline(__always)
    private static func slot(_ name: UnsafeRawPointer, _ count: Int) -> Int {
        let first = Int(name.load(as: UInt8.self) | 0x20)
        let middle = Int(name.load(fromByteOffset: count &>> 1, as: UInt8.self) | 0x20)
        let last = Int(name.load(fromByteOffset: count &- 1, as: UInt8.self) | 0x20)
        return (first &* 49 &+ middle &* 102 &+ last &* 166 &+ count &* 138) & HeaderNameTable.slotMask
    }

    @inline(__always)
    private static func equal(_ name: UnsafeRawPointer, _ text: UnsafeRawPointer, _ count: Int) -> Bool {
        if count >= 8 {
            var offset = 0
            while offset &+ 8 <= count {
                guard HeaderNameTable.equalWords(name + offset, text + offset) else { return false }
                offset &+= 8
            }
            return HeaderNameTable.equalWords(name + (count &- 8), text + (count &- 8))
        }
        var offset = 0
        while offset < count {
            let byte = name.load(fromByteOffset: offset, as: UInt8.self).lowercased
            guard byte == text.load(fromByteOffset: offset, as: UInt8.self) else { return false }
            offset &+= 1
        }
        return true
    }

    /// Compares eight bytes, of which only the letters A to Z lose their case.
    @inline(__always)
    private static func equalWords(_ name: UnsafeRawPointer, _ text: UnsafeRawPointer) -> Bool {
        let word = name.loadUnaligned(as: UInt64.self)
        let low = word & 0x7F7F_7F7F_7F7F_7F7F
        let fromA = low &+ 0x3F3F_3F3F_3F3F_3F3F
        let pastZ = low &+ 0x2525_2525_2525_2525
        let upper = (fromA ^ pastZ) & ~word & 0x8080_8080_8080_8080
        return word | upper >> 2 == text.loadUnaligned(as: UInt64.self)
    }
}
