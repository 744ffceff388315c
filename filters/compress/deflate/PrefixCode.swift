/// A prefix code as DEFLATE writes it: bits of each symbol, reversed, since codes go out from their highest bit on.
///
/// Source: RFC 1951, section 3.2.2.
struct PrefixCode: Sendable {
    /// How many bits each symbol has; 0 for one that does not occur.
    let lengths: [UInt8]
    /// The bits of each symbol.
    let codes: [UInt16]

    /// The canonical code with these lengths, each at most 15.
    init(lengths: [UInt8]) {
        self.lengths = lengths
        var counts = [Int](repeating: 0, count: 16)
        for length in lengths where length > 0 { counts[Int(length)] += 1 }
        var next = [Int](repeating: 0, count: 16)
        var code = 0
        for length in 1..<16 {
            code = (code + (length > 1 ? counts[length - 1] : 0)) << 1
            next[length] = code
        }
        self.codes = lengths.map { length in
            guard length > 0 else { return 0 }
            defer { next[Int(length)] += 1 }
            return reversed(next[Int(length)], Int(length))
        }
    }

    /// The code in which frequent symbols are short.
    ///
    /// - Parameters:
    ///   - frequencies: How often each symbol occurs.
    ///   - limit: The most bits that a symbol may have.
    init(frequencies: [UInt32], limit: Int) {
        // The symbol is kept in the low bits, so that sorting is one of plain numbers.
        var order: [UInt32] = []
        for (symbol, frequency) in frequencies.enumerated() where frequency > 0 {
            order.append(frequency << 9 | UInt32(symbol))
        }
        order.sort()
        var lengths = [UInt8](repeating: 0, count: frequencies.count)
        guard order.count > 1 else {
            if let only = order.first { lengths[Int(only & 511)] = 1 }
            self.init(lengths: lengths)
            return
        }
        let counts = lengthCounts(order.map { Int($0 >> 9) }, limit: limit)
        var place = order.count
        for length in 1...limit {
            for _ in 0..<counts[length] {
                place -= 1
                lengths[Int(order[place] & 511)] = UInt8(length)
            }
        }
        self.init(lengths: lengths)
    }
}

extension PrefixCode {
    /// For each symbol its bits above the lowest byte, and how many they are in it.
    var packed: [UInt32] {
        zip(self.codes, self.lengths).map { UInt32($0) << 8 | UInt32($1) }
    }
}

private func reversed(_ code: Int, _ length: Int) -> UInt16 {
    var code = code
    var result: UInt16 = 0
    for _ in 0..<length {
        result = result << 1 | UInt16(code & 1)
        code >>= 1
    }
    return result
}

/// How many symbols get each length, for frequencies in ascending order, at least two.
///
/// Source: Moffat and Katajainen, "In-place calculation of minimum-redundancy codes", 1995; lengths beyond the limit are
/// given back until the sum of Kraft is one.
private func lengthCounts(_ frequencies: [Int], limit: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: limit + 1)
    for depth in depths(frequencies) { counts[min(depth, limit)] += 1 }
    var sum = 0
    for length in 1...limit { sum += counts[length] << (limit - length) }
    while sum > 1 << limit {
        // One symbol of the greatest length joins a shorter one, which becomes longer by a bit.
        counts[limit] -= 1
        for length in stride(from: limit - 1, to: 0, by: -1) where counts[length] > 0 {
            counts[length] -= 1
            counts[length + 1] += 2
            break
        }
        sum -= 1
    }
    return counts
}

private func depths(_ frequencies: [Int]) -> [Int] {
    var values = frequencies
    let count = values.count
    // Inner nodes take the places of those that were joined, and later point to their parents.
    values[0] += values[1]
    var root = 0
    var leaf = 2
    for next in 1..<max(1, count - 1) {
        var sum = 0
        for _ in 0..<2 {
            if leaf >= count || (root < next && values[root] < values[leaf]) {
                sum += values[root]
                values[root] = next
                root += 1
            } else {
                sum += values[leaf]
                leaf += 1
            }
        }
        values[next] = sum
    }
    values[count - 2] = 0
    for next in stride(from: count - 3, through: 0, by: -1) { values[next] = values[values[next]] + 1 }
    return leafDepths(values)
}

/// The depths of leaves from the depths of inner nodes, which stand in all but the last place.
private func leafDepths(_ inner: [Int]) -> [Int] {
    var values = inner
    var available = 1
    var depth = 0
    var root = values.count - 2
    var next = values.count - 1
    while available > 0 {
        var used = 0
        while root >= 0, values[root] == depth {
            used += 1
            root -= 1
        }
        while available > used {
            values[next] = depth
            next -= 1
            available -= 1
        }
        available = 2 * used
        depth += 1
    }
    return values
}
