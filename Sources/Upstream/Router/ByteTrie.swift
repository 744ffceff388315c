/// A tree of byte strings that finds all of them with which some bytes begin, by one walk over these bytes.
///
/// Runs of bytes without a branch are one node. Each node knows the longest string of the tree that ends at it or
/// above, so the walk's last node leads to all matches, longest first.
struct ByteTrie: Sendable {
    private struct Node: Sendable {
        /// The bytes on the way from the node above, in `labels`.
        var label: Range<Int>
        /// The nodes below, ordered by their first byte.
        var children: Range<Int>
        /// Index into `terminals` of the longest string at or above this node, or -1.
        var terminal: Int
    }

    private struct Terminal: Sendable {
        let value: Int
        /// The next shorter string that this one begins with, or -1.
        let shorter: Int
    }

    private var nodes: [Node] = []
    private var labels: [UInt8] = []
    private var terminals: [Terminal] = []

    init() {}

    /// Makes the tree; keys must differ from each other.
    init(_ entries: [(key: [UInt8], value: Int)]) {
        guard !entries.isEmpty else { return }
        let sorted = entries.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        self.nodes = [Node(label: 0..<0, children: 0..<0, terminal: -1)]
        // A list instead of recursion: a chain of strings that begin with each other may be long.
        var pending = [Subtree(node: 0, entries: sorted.indices, depth: 0)]
        var next = 0
        while next < pending.count {
            pending += self.build(pending[next], of: sorted)
            next += 1
        }
    }

    private struct Subtree {
        let node: Int
        let entries: Range<Int>
        /// The bytes that all the entries share.
        let depth: Int
    }

    private mutating func build(_ subtree: Subtree, of sorted: [(key: [UInt8], value: Int)]) -> [Subtree] {
        var entries = subtree.entries
        if let first = entries.first, sorted[first].key.count == subtree.depth {
            self.terminals.append(Terminal(value: sorted[first].value, shorter: self.nodes[subtree.node].terminal))
            self.nodes[subtree.node].terminal = self.terminals.count - 1
            entries.removeFirst()
        }
        var below: [Subtree] = []
        let firstChild = self.nodes.count
        while let first = entries.first {
            let byte = sorted[first].key[subtree.depth]
            let end = entries.first { sorted[$0].key[subtree.depth] != byte } ?? entries.upperBound
            let depth = Self.sharedLength(sorted[first].key, sorted[end - 1].key)
            let labelStart = self.labels.count
            self.labels += sorted[first].key[subtree.depth..<depth]
            below.append(Subtree(node: self.nodes.count, entries: first..<end, depth: depth))
            self.nodes.append(
                Node(
                    label: labelStart..<self.labels.count,
                    children: 0..<0,
                    terminal: self.nodes[subtree.node].terminal
                )
            )
            entries = end..<entries.upperBound
        }
        self.nodes[subtree.node].children = firstChild..<self.nodes.count
        return below
    }

    private static func sharedLength(_ left: [UInt8], _ right: [UInt8]) -> Int {
        zip(left, right).prefix { $0 == $1 }.count
    }
}

extension ByteTrie {
    /// In which direction bytes are read.
    enum Reading { case forwards, backwardsLowercasing }

    /// A found string: its value, and what leads to the next shorter one.
    struct Found {
        let value: Int
        fileprivate let shorter: Int
    }

    /// The longest string that the bytes begin with; adds to `steps` the bytes and nodes that were looked at.
    func longest(in bytes: UnsafeRawBufferPointer, _ reading: Reading, counting steps: inout Int) -> Found? {
        guard !self.nodes.isEmpty else { return nil }
        var node = 0
        var offset = 0
        while offset < bytes.count, let child = self.child(of: node, at: offset, in: bytes, reading, &steps) {
            let label = self.nodes[child].label
            guard label.count <= bytes.count - offset else { break }
            var matched = 1
            while matched < label.count,
                self.labels[label.lowerBound + matched] == Self.byte(offset + matched, of: bytes, reading)
            {
                matched += 1
            }
            steps += matched
            guard matched == label.count else { break }
            offset += matched
            node = child
        }
        return self.found(self.nodes[node].terminal)
    }

    /// The next shorter string.
    func shorter(than found: Found) -> Found? { self.found(found.shorter) }

    private func found(_ terminal: Int) -> Found? {
        terminal < 0 ? nil : Found(value: self.terminals[terminal].value, shorter: self.terminals[terminal].shorter)
    }

    /// The node below whose label begins with the byte at an offset.
    private func child(
        of node: Int,
        at offset: Int,
        in bytes: UnsafeRawBufferPointer,
        _ reading: Reading,
        _ steps: inout Int
    ) -> Int? {
        let byte = Self.byte(offset, of: bytes, reading)
        var range = self.nodes[node].children
        while !range.isEmpty {
            steps += 1
            let middle = range.lowerBound + range.count / 2
            let first = self.labels[self.nodes[middle].label.lowerBound]
            if first == byte { return middle }
            range = first < byte ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    private static func byte(_ offset: Int, of bytes: UnsafeRawBufferPointer, _ reading: Reading) -> UInt8 {
        switch reading {
        case .forwards: bytes[offset]
        case .backwardsLowercasing: bytes[bytes.count - 1 - offset].lowercased(true)
        }
    }
}
