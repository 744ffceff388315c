/// A vector of length one, in blocks of 16 numbers; the last block is filled up with zeros.
///
/// Between such vectors the cosine is the dot product.
struct UnitVector: Sendable, Hashable {
    typealias Block = SIMD16<Float>

    /// How many numbers the vector has.
    let dimensions: Int
    let blocks: ContiguousArray<Block>

    /// Scales a vector to length one; `nil` when it has none: empty, all zeros, not finite.
    init?(_ numbers: [Float]) {
        let squares = numbers.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard squares.isFinite, squares > 0 else { return nil }
        let scale = 1 / squares.squareRoot()
        self.dimensions = numbers.count
        self.blocks = ContiguousArray(
            (0..<Self.blocks(for: numbers.count)).map { block in
                var lanes = Block()
                for lane in 0..<min(16, numbers.count - block * 16) {
                    lanes[lane] = Float(Double(numbers[block * 16 + lane]) * scale)
                }
                return lanes
            }
        )
    }

    /// The numbers without what fills the last block.
    var numbers: [Float] { (0..<self.dimensions).map { self.blocks[$0 / 16][$0 % 16] } }

    /// The cosine of the angle to a vector of as many numbers: 1 for the same direction, -1 for the opposite one.
    func cosine(to other: UnitVector) -> Float {
        self.blocks.withUnsafeBufferPointer { mine in
            other.blocks.withUnsafeBufferPointer { theirs in
                guard let first = mine.baseAddress, let second = theirs.baseAddress else { return 0 }
                return min(1, max(-1, Self.dot(first, second, min(mine.count, theirs.count))))
            }
        }
    }

    /// How many blocks a vector takes.
    static func blocks(for dimensions: Int) -> Int { (dimensions + 15) / 16 }

    /// The dot product of two vectors of as many blocks: two sums side by side, so that additions need not wait for
    /// each other.
    @inline(__always)
    static func dot(_ first: UnsafePointer<Block>, _ second: UnsafePointer<Block>, _ blocks: Int) -> Float {
        var even = Block()
        var odd = Block()
        var block = 0
        while block + 1 < blocks {
            even += first[block] * second[block]
            odd += first[block + 1] * second[block + 1]
            block += 2
        }
        if block < blocks { even += first[block] * second[block] }
        return (even + odd).sum()
    }

    /// The dot products of a vector with four others: each part of it is read once for all of them.
    @inline(__always)
    static func dots(
        _ vector: UnsafePointer<Block>,
        _ others: (UnsafePointer<Block>, UnsafePointer<Block>, UnsafePointer<Block>, UnsafePointer<Block>),
        _ blocks: Int
    ) -> SIMD4<Float> {
        // In halves of blocks: the sums of all four then fit into the registers of any processor.
        var sums = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())
        for block in 0..<blocks {
            let low = vector[block].lowHalf
            sums.0 += low * others.0[block].lowHalf
            sums.1 += low * others.1[block].lowHalf
            sums.2 += low * others.2[block].lowHalf
            sums.3 += low * others.3[block].lowHalf
            let high = vector[block].highHalf
            sums.0 += high * others.0[block].highHalf
            sums.1 += high * others.1[block].highHalf
            sums.2 += high * others.2[block].highHalf
            sums.3 += high * others.3[block].highHalf
        }
        return SIMD4(sums.0.sum(), sums.1.sum(), sums.2.sum(), sums.3.sum())
    }
}
