/// Where random choices come from: the system, or a seed that makes them repeatable.
///
/// Source of the seeded one: Steele, Lea and Flood: "Fast Splittable Pseudorandom Number Generators" (2014), SplitMix64.
enum ChanceSource: RandomNumberGenerator, Sendable {
    case system
    case seeded(UInt64)

    init(seed: Int?) {
        self = seed.map { .seeded(UInt64(bitPattern: Int64($0))) } ?? .system
    }

    mutating func next() -> UInt64 {
        switch self {
        case .system:
            var system = SystemRandomNumberGenerator()
            return system.next()
        case .seeded(let state):
            var bits = state &+ 0x9E37_79B9_7F4A_7C15
            self = .seeded(bits)
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
    }

    /// A number from 0 up to 1, below 1.
    mutating func draw() -> Double { Double.random(in: 0..<1, using: &self) }
}
