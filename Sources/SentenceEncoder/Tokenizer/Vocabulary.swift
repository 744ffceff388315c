/// Pieces of text and their ids: a hash table over one pool of bytes.
///
/// A piece is found from the hashes of its beginnings, each of which comes from the one before, so that all beginnings of
/// a text are looked up in one pass.
struct Vocabulary: Sendable {
    /// The hash of a text, to which bytes are added at the end.
    struct Hash {
        private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

        /// FNV-1a.
        mutating func add(_ byte: UInt8) { self.value = (self.value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    private struct Piece {
        let start: Int
        let length: Int
        let id: Int32
    }

    private var pool: [UInt8] = []
    private var pieces: [Piece] = []
    /// 1 + the index of a piece; 0 for an empty place.
    private var table: [Int32]
    /// The longest piece, in bytes.
    private(set) var longest = 0

    /// - Parameter capacity: About how many pieces will come.
    init(capacity: Int) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        self.table = Array(repeating: 0, count: size)
    }

    var count: Int { self.pieces.count }

    /// The id of the piece that these bytes are.
    func id(of bytes: some Collection<UInt8>) -> Int32? {
        var hash = Hash()
        for byte in bytes { hash.add(byte) }
        return self.id(of: bytes, hash)
    }

    /// The id of the piece that these bytes are.
    ///
    /// - Parameter hash: The hash of all of them.
    func id(of bytes: some Collection<UInt8>, _ hash: Hash) -> Int32? {
        guard bytes.count <= self.longest else { return nil }
        let place = self.place(of: bytes, hash)
        return self.table[place] == 0 ? nil : self.pieces[Int(self.table[place]) - 1].id
    }

    /// Adds a piece; the last id of two equal ones counts.
    mutating func add(_ bytes: [UInt8], id: Int32) {
        if (self.pieces.count + 1) * 2 > self.table.count { self.grow() }
        var hash = Hash()
        for byte in bytes { hash.add(byte) }
        let place = self.place(of: bytes, hash)
        let known = Int(self.table[place]) - 1
        if known >= 0 {
            self.pieces[known] = Piece(start: self.pieces[known].start, length: bytes.count, id: id)
        } else {
            self.pieces.append(Piece(start: self.pool.count, length: bytes.count, id: id))
            self.pool.append(contentsOf: bytes)
            self.table[place] = Int32(self.pieces.count)
            self.longest = max(self.longest, bytes.count)
        }
    }

    /// Where a piece is in the table, or would be.
    private func place(of bytes: some Collection<UInt8>, _ hash: Hash) -> Int {
        let mask = self.table.count - 1
        var place = Int(truncatingIfNeeded: hash.value ^ hash.value >> 32) & mask
        while self.table[place] != 0 {
            let piece = self.pieces[Int(self.table[place]) - 1]
            if piece.length == bytes.count, self.pool[piece.start..<(piece.start + piece.length)].elementsEqual(bytes) {
                return place
            }
            place = (place + 1) & mask
        }
        return place
    }

    private mutating func grow() {
        self.table = Array(repeating: 0, count: self.table.count * 2)
        for (index, piece) in self.pieces.enumerated() {
            let bytes = self.pool[piece.start..<(piece.start + piece.length)]
            var hash = Hash()
            for byte in bytes { hash.add(byte) }
            self.table[self.place(of: bytes, hash)] = Int32(index + 1)
        }
    }
}
