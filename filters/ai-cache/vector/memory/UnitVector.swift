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
}
