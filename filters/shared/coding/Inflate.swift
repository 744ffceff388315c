/// Decompresses DEFLATE, zlib and gzip, up to a limit.
///
/// For the few upstreams that compress although nobody asked them to: bounded in memory by the limit, never trapping,
/// and short rather than fast. Checksums are not verified; what comes out has to be JSON or events all the same.
///
/// Source: RFC 1950 (zlib), RFC 1951 (DEFLATE), RFC 1952 (gzip).
struct Inflate {
    private var bits: InflateBits
    private var output: [UInt8]
    private let limit: Int

    private init(_ bytes: UnsafeRawBufferPointer, from index: Int, output: [UInt8] = [], limit: Int) {
        self.bits = InflateBits(bytes, from: index)
        self.output = output
        self.limit = limit
    }

    /// The text of a gzip file, which may have several members.
    static func gzip(_ bytes: UnsafeRawBufferPointer, limit: Int) -> [UInt8]? {
        var index = 0
        var output: [UInt8] = []
        repeat {
            guard let start = GzipHeader.end(in: bytes, from: index) else { return nil }
            var inflate = Inflate(bytes, from: start, output: output, limit: limit)
            // One output for all members: a reference beyond its own member is damage, yet harmless here.
            guard inflate.run(), inflate.bits.takeBytes(8) != nil else { return nil }
            output = inflate.output
            index = inflate.bits.index
        } while index < bytes.count
        return output
    }

    /// The text of `Content-Encoding: deflate`: zlib, or the bare DEFLATE that some servers send for it.
    static func deflate(_ bytes: UnsafeRawBufferPointer, limit: Int) -> [UInt8]? {
        let isZlib =
            bytes.count >= 2 && bytes[0] & 0x0F == 8 && bytes[1] & 0x20 == 0
            && (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0
        var inflate = Inflate(bytes, from: isZlib ? 2 : 0, limit: limit)
        guard inflate.run(), !isZlib || inflate.bits.takeBytes(4) != nil else { return nil }
        return inflate.output
    }

    private mutating func run() -> Bool {
        while true {
            guard let isLast = self.bits.take(1), let type = self.bits.take(2), self.block(type) else { return false }
            if isLast == 1 { break }
        }
        self.bits.skipToByte()
        return true
    }

    private mutating func block(_ type: Int) -> Bool {
        switch type {
        case 0: return self.storedBlock()
        case 1:
            guard let literals = InflateCode.fixedLiterals, let distances = InflateCode.fixedDistances else {
                return false
            }
            return self.block(literals, distances)
        case 2: return self.dynamicBlock()
        default: return false
        }
    }

    private mutating func storedBlock() -> Bool {
        guard let head = self.bits.takeBytes(4) else { return false }
        let length = Int(head[0]) | Int(head[1]) << 8
        guard length == ~(Int(head[2]) | Int(head[3]) << 8) & 0xFFFF, self.output.count + length <= self.limit,
            let bytes = self.bits.takeBytes(length)
        else { return false }
        self.output.append(contentsOf: bytes)
        return true
    }

    private mutating func block(_ literals: InflateCode, _ distances: InflateCode) -> Bool {
        while let symbol = literals.symbol(&self.bits) {
            if symbol == 256 { return true }
            if symbol < 256 {
                guard self.output.count < self.limit else { return false }
                self.output.append(UInt8(truncatingIfNeeded: symbol))
            } else if !self.copy(symbol - 257, distances) {
                return false
            }
        }
        return false
    }

    private mutating func copy(_ lengthCode: Int, _ distances: InflateCode) -> Bool {
        guard lengthCode < InflateTables.lengths.count,
            let moreLength = self.bits.take(InflateTables.lengthBits[lengthCode]),
            let code = distances.symbol(&self.bits), code < InflateTables.distances.count,
            let moreDistance = self.bits.take(InflateTables.distanceBits[code])
        else { return false }
        let length = InflateTables.lengths[lengthCode] + moreLength
        let distance = InflateTables.distances[code] + moreDistance
        guard distance <= self.output.count, self.output.count + length <= self.limit else { return false }
        for _ in 0..<length { self.output.append(self.output[self.output.count - distance]) }
        return true
    }

    private mutating func dynamicBlock() -> Bool {
        guard let literalCount = self.bits.take(5), let distanceCount = self.bits.take(5),
            let lengthCount = self.bits.take(4), literalCount <= 29, distanceCount <= 29
        else { return false }
        var lengths = [Int](repeating: 0, count: 19)
        for place in InflateTables.codeLengthOrder.prefix(lengthCount + 4) {
            guard let length = self.bits.take(3) else { return false }
            lengths[place] = length
        }
        guard let code = InflateCode(lengths: lengths),
            let all = self.codeLengths(literalCount + 257 + distanceCount + 1, code),
            let literals = InflateCode(lengths: all[..<(literalCount + 257)]),
            let distances = InflateCode(lengths: all[(literalCount + 257)...])
        else { return false }
        return self.block(literals, distances)
    }

    private mutating func codeLengths(_ count: Int, _ code: InflateCode) -> [Int]? {
        var lengths: [Int] = []
        while lengths.count < count {
            guard let symbol = code.symbol(&self.bits) else { return nil }
            var run = (length: symbol, count: 1)
            switch symbol {
            case 16:
                guard let last = lengths.last, let more = self.bits.take(2) else { return nil }
                run = (last, 3 + more)
            case 17:
                guard let more = self.bits.take(3) else { return nil }
                run = (0, 3 + more)
            case 18:
                guard let more = self.bits.take(7) else { return nil }
                run = (0, 11 + more)
            default: break
            }
            guard lengths.count + run.count <= count else { return nil }
            lengths.append(contentsOf: repeatElement(run.length, count: run.count))
        }
        return lengths
    }
}
