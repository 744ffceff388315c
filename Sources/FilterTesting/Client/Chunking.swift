public import NIOCore

/// How a body is cut into the parts in which it arrives.
///
/// A filter must not depend on where the network cuts a body: run its tests with several of these.
public enum Chunking: Sendable, Hashable {
    /// As the test gave it.
    case whole
    /// Parts of this many bytes, at least 1.
    case bytes(Int)
    /// Parts of 1 to 64 bytes, the same for equal seeds.
    case random(seed: UInt64)

    /// Cuts a body; an empty one has no parts.
    public func parts(of body: ByteBuffer) -> [ByteBuffer] {
        var rest = body
        var parts: [ByteBuffer] = []
        var generator = SplitMix(state: self.seed)
        while rest.readableBytes > 0 {
            let length = min(rest.readableBytes, self.nextLength(of: rest.readableBytes, &generator))
            guard let part = rest.readSlice(length: length) else { break }
            parts.append(part)
        }
        return parts
    }

    private var seed: UInt64 { if case .random(let seed) = self { seed } else { 0 } }

    private func nextLength(of rest: Int, _ generator: inout SplitMix) -> Int {
        switch self {
        case .whole: rest
        case .bytes(let length): max(1, length)
        case .random: Int.random(in: 1...64, using: &generator)
        }
    }
}

/// A small generator that gives equal numbers for equal seeds.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
