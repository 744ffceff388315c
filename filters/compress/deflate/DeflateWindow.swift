/// What has lately been compressed and what is about to be, with the places where each three bytes stood before.
///
/// Twice as long as the greatest distance: when the upper half is nearly done it becomes the lower one.
struct DeflateWindow: Sendable {
    static let minimumMatch = 3
    static let maximumMatch = 258
    /// So many bytes have to be there for a search that more bytes could not improve.
    static let lookahead = maximumMatch + minimumMatch + 1

    /// The greatest distance is this, less ``lookahead``; a power of two.
    let size: Int
    let hashBits: Int
    var bytes: [UInt8]
    /// The last place of each hash; 0 for none.
    var heads: [UInt16]
    /// The place before each place with the same hash, at the place modulo ``size``.
    var links: [UInt16]
    /// The first byte that is not compressed.
    var position = 0
    /// The end of what is there.
    var end = 0
    /// How far places have been moved down.
    private(set) var base = 0

    /// - Parameter expectedSize: How much will be compressed; `nil` when that is not known.
    init(expectedSize: Int?) {
        var bits = 10
        while bits < 15, (expectedSize ?? Int.max) > 1 << bits { bits += 1 }
        self.size = 1 << bits
        self.hashBits = bits
        // A comparison reads eight bytes at a time.
        self.bytes = [UInt8](repeating: 0, count: 2 << bits + 8)
        self.heads = [UInt16](repeating: 0, count: 1 << bits)
        self.links = [UInt16](repeating: 0, count: 1 << bits)
    }

    var greatestDistance: Int { self.size - Self.lookahead }

    /// Takes as many bytes as there is room for.
    ///
    /// - Returns: How many that were.
    mutating func fill(from input: UnsafeRawBufferPointer) -> Int {
        if self.position >= self.size + self.greatestDistance { self.moveDown() }
        let count = min(input.count, 2 * self.size - self.end)
        guard count > 0 else { return 0 }
        let end = self.end
        self.bytes.withUnsafeMutableBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: bytes[end..<(end + count)])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<count]))
        }
        self.end += count
        return count
    }

    private mutating func moveDown() {
        let size = self.size
        let kept = self.end - size
        self.bytes.withUnsafeMutableBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: bytes[..<kept])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[size..<(size + kept)]))
        }
        self.position -= size
        self.end = kept
        self.base += size
        Self.lower(&self.heads, by: size)
        Self.lower(&self.links, by: size)
    }

    private static func lower(_ places: inout [UInt16], by size: Int) {
        let size = UInt16(size)
        places.withUnsafeMutableBufferPointer { places in
            for index in places.indices { places[index] = places[index] > size ? places[index] - size : 0 }
        }
    }
}
