/// Finds repetitions, and says what it finds as symbols.
///
/// Borrows the memory of a ``DeflateWindow`` and of a list of symbols for one run.
struct DeflateMatcher {
    let bytes: UnsafeRawBufferPointer
    let heads: UnsafeMutableBufferPointer<UInt16>
    let links: UnsafeMutableBufferPointer<UInt16>
    let symbols: UnsafeMutableBufferPointer<UInt32>
    let level: DeflateLevel
    let greatestDistance: Int
    let hashShift: UInt32
    let end: Int

    var position: Int
    var symbolCount: Int
    var pending: DeflatePending

    /// Goes on until the symbols are full or there is too little left to search well.
    ///
    /// - Parameter drains: Whether nothing follows for now, so that all that is there is taken.
    mutating func run(drains: Bool) {
        if self.level.lazy > 0 { self.runLazily(drains) } else { self.runGreedily(drains) }
    }

    private func mayGoOn(_ drains: Bool) -> Bool {
        // One step adds a symbol at most, and one more may be pending.
        guard self.symbolCount < self.symbols.count - 1 else { return false }
        return drains ? self.position < self.end : self.end - self.position >= DeflateWindow.lookahead
    }

    private mutating func runGreedily(_ drains: Bool) {
        while self.mayGoOn(drains) {
            let candidate = self.insert(self.position)
            let match = self.search(from: candidate, beating: DeflateWindow.minimumMatch - 1, chain: self.level.chain)
            if match.length >= DeflateWindow.minimumMatch {
                self.add(match, at: self.position)
                self.insert(from: self.position + 1, to: self.position + match.length)
                self.position += match.length
            } else {
                self.add(self.bytes[self.position])
                self.position += 1
            }
        }
    }

    private mutating func runLazily(_ drains: Bool) {
        while self.mayGoOn(drains) {
            let candidate = self.insert(self.position)
            let before = self.pending.match
            var match = DeflateMatch(length: DeflateWindow.minimumMatch - 1, start: 0)
            if before.length < self.level.lazy {
                let chain = before.length >= self.level.good ? self.level.chain >> 2 : self.level.chain
                let least = max(before.length, DeflateWindow.minimumMatch - 1)
                match = self.search(from: candidate, beating: least, chain: chain)
                // A short match from far away costs more than its letters.
                if match.length == 3, self.position - match.start > 4096 { match.length = 2 }
            }
            if before.length >= DeflateWindow.minimumMatch, match.length <= before.length {
                let start = self.position - 1
                self.add(before, at: start)
                self.insert(from: self.position + 1, to: start + before.length)
                self.position = start + before.length
                self.pending = DeflatePending()
            } else {
                if self.pending.isThere { self.add(self.bytes[self.position - 1]) }
                self.pending = DeflatePending(isThere: true, match: match)
                self.position += 1
            }
        }
        if drains, self.position == self.end, self.pending.isThere {
            self.add(self.bytes[self.position - 1])
            self.pending = DeflatePending()
        }
    }
}

/// A repetition: of so many bytes, that stood at that place before.
struct DeflateMatch: Sendable {
    var length: Int
    var start: Int
}

/// The byte before the present place, when the search has put it off, and the best match that begins there.
struct DeflatePending: Sendable {
    var isThere = false
    var match = DeflateMatch(length: DeflateWindow.minimumMatch - 1, start: 0)
}

extension DeflateMatcher {
    /// A byte, or a distance in the upper and a length less 3 in the lower half.
    private mutating func add(_ byte: UInt8) {
        self.symbols[self.symbolCount] = UInt32(byte)
        self.symbolCount += 1
    }

    private mutating func add(_ match: DeflateMatch, at position: Int) {
        let distance = UInt32(truncatingIfNeeded: position - match.start)
        self.symbols[self.symbolCount] = distance << 16 | UInt32(truncatingIfNeeded: match.length - 3)
        self.symbolCount += 1
    }

    /// Notes where these three bytes stand, and returns where they stood before; 0 for nowhere.
    @inline(__always)
    private func insert(_ position: Int) -> Int {
        guard position + DeflateWindow.minimumMatch <= self.end else { return 0 }
        let word = self.bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self).littleEndian << 8
        let hash = Int((word &* 0x9E37_79B1) >> self.hashShift)
        let before = self.heads[hash]
        self.links[position & (self.links.count - 1)] = before
        self.heads[hash] = UInt16(truncatingIfNeeded: position)
        return Int(before)
    }

    private func insert(from start: Int, to end: Int) {
        var position = start
        while position < end {
            _ = self.insert(position)
            position += 1
        }
    }

    /// The longest match for the present place among so many earlier ones; one that is not longer is not found.
    private func search(from candidate: Int, beating least: Int, chain: Int) -> DeflateMatch {
        var best = DeflateMatch(length: least, start: 0)
        var candidate = candidate
        var left = chain
        let position = self.position
        let limit = max(0, position - self.greatestDistance)
        let longest = min(DeflateWindow.maximumMatch, self.end - position)
        guard longest > least else { return DeflateMatch(length: DeflateWindow.minimumMatch - 1, start: 0) }
        let mask = self.links.count - 1
        var last = self.bytes[position + best.length]
        while candidate > limit, left > 0 {
            left -= 1
            if self.bytes[candidate + best.length] == last {
                let length = self.length(of: candidate, position, longest)
                if length > best.length {
                    best = DeflateMatch(length: length, start: candidate)
                    if length >= self.level.nice || length == longest { break }
                    last = self.bytes[position + length]
                }
            }
            candidate = Int(self.links[candidate & mask])
        }
        return best.start > 0 ? best : DeflateMatch(length: DeflateWindow.minimumMatch - 1, start: 0)
    }

    @inline(__always)
    private func length(of candidate: Int, _ position: Int, _ longest: Int) -> Int {
        var length = 0
        while length < longest {
            let left = self.bytes.loadUnaligned(fromByteOffset: candidate + length, as: UInt64.self).littleEndian
            let right = self.bytes.loadUnaligned(fromByteOffset: position + length, as: UInt64.self).littleEndian
            let difference = left ^ right
            if difference != 0 { return min(longest, length + difference.trailingZeroBitCount / 8) }
            length += 8
        }
        return longest
    }
}
