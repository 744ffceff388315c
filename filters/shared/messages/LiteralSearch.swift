/// Many texts that are searched at once, byte for byte, in one pass over the input.
///
/// As long as nothing has begun, the byte that would end the shortest text says how far the next place is where any text can
/// begin, so most bytes of most inputs are not looked at, and an input shorter than all texts not at all. From such a place on a
/// table of states decides: each is what of the texts the last bytes may be the beginning of. No byte is looked up there
/// twice, whatever the texts and the input are.
///
/// Source: Horspool, "Practical fast searching in strings", 1980, for several texts; Aho and Corasick, "Efficient string matching:
/// an aid to bibliographic search", 1975.
struct LiteralSearch: Sendable {
    private static let matched = UInt32.max

    /// The class of each byte; 0 for those that no text has.
    private let classes: [UInt8]
    /// The row of the state that follows, at the row of a state and a class; rows are counted in entries.
    private let table: [UInt32]
    /// By the last byte of a stretch as long as the shortest text: how many bytes later a text can begin at the earliest; 0 when
    /// one can at the stretch's beginning.
    private let skips: [UInt8]
    /// The bytes of the shortest text, at most ``longestStretch``.
    private let stretch: Int

    /// What a skip has room for.
    private static let longestStretch = 255

    /// - Parameters:
    ///   - texts: What is searched, at least one and none empty.
    ///   - ignoresCase: Whether ASCII letters match in either case.
    init(_ texts: [String], ignoresCase: Bool) {
        let texts = texts.map { $0.utf8.map { ignoresCase ? lowered($0) : $0 } }
        var classes = [UInt8](repeating: 0, count: 256)
        var width = 1
        for byte in Set(texts.joined()).sorted() where width < 256 {
            classes[Int(byte)] = UInt8(width)
            width += 1
        }
        if ignoresCase {
            for byte in UInt8(ascii: "A")...UInt8(ascii: "Z") { classes[Int(byte)] = classes[Int(byte | 0x20)] }
        }
        self.classes = classes
        var trie = LiteralTrie(width: width)
        for text in texts { trie.insert(text.map { Int(classes[Int($0)]) }) }
        self.table = trie.table(matched: Self.matched)
        self.stretch = texts.reduce(Self.longestStretch) { min($0, $1.count) }
        self.skips = Self.skips(texts, stretch: self.stretch, ignoresCase: ignoresCase)
    }

    private static func skips(_ texts: [[UInt8]], stretch: Int, ignoresCase: Bool) -> [UInt8] {
        var skips = [UInt8](repeating: UInt8(stretch), count: 256)
        for text in texts {
            for (place, byte) in text.prefix(stretch).enumerated() {
                let skip = UInt8(stretch - 1 - place)
                for byte in ignoresCase && byte &- 0x61 < 26 ? [byte, byte & 0xDF] : [byte] {
                    skips[Int(byte)] = min(skips[Int(byte)], skip)
                }
            }
        }
        return skips
    }

    /// Whether one of the texts occurs.
    func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= self.stretch else { return false }
        return self.skips.withUnsafeBufferPointer { skips in
            var start = 0
            while start <= bytes.count &- self.stretch {
                let skip = Int(skips[Int(bytes[start &+ self.stretch &- 1])])
                if skip > 0 {
                    start &+= skip
                } else if self.follows(bytes, from: &start) {
                    return true
                }
            }
            return false
        }
    }

    /// Whether a text occurs that begins at a place, or later and before one has ended; moves on to where none has begun.
    private func follows(_ bytes: UnsafeRawBufferPointer, from start: inout Int) -> Bool {
        self.classes.withUnsafeBufferPointer { classes in
            self.table.withUnsafeBufferPointer { table in
                var row: UInt32 = 0
                repeat {
                    row = table[Int(row) &+ Int(classes[Int(bytes[start])])]
                    if row == Self.matched { return true }
                    start &+= 1
                } while row != 0 && start < bytes.count
                return false
            }
        }
    }
}

private func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

/// The beginnings of texts, each once.
private struct LiteralTrie {
    private let width: Int
    /// The node that follows by each class, at the node times the width and the class; -1 for none.
    private var children: [Int]
    private var isEnd = [false]

    init(width: Int) {
        self.width = width
        self.children = [Int](repeating: -1, count: width)
    }

    mutating func insert(_ text: [Int]) {
        var node = 0
        for symbol in text {
            let place = node * self.width + symbol
            if self.children[place] < 0 {
                self.children[place] = self.isEnd.count
                self.isEnd.append(false)
                self.children.append(contentsOf: repeatElement(-1, count: self.width))
            }
            node = self.children[place]
        }
        self.isEnd[node] = true
    }

    /// The rows of all nodes, where what no text continues goes on with the longest end that is a beginning.
    func table(matched: UInt32) -> [UInt32] {
        var next = self.children
        var isEnd = self.isEnd
        var fallback = [Int](repeating: 0, count: isEnd.count)
        var queue: [Int] = []
        for symbol in 0..<self.width {
            if next[symbol] < 0 { next[symbol] = 0 } else { queue.append(next[symbol]) }
        }
        var index = 0
        while index < queue.count {
            let node = queue[index]
            index += 1
            if isEnd[fallback[node]] { isEnd[node] = true }
            for symbol in 0..<self.width {
                let place = node * self.width + symbol
                let other = next[fallback[node] * self.width + symbol]
                if next[place] < 0 {
                    next[place] = other
                } else {
                    fallback[next[place]] = other
                    queue.append(next[place])
                }
            }
        }
        return next.map { isEnd[$0] ? matched : UInt32($0 * self.width) }
    }
}
