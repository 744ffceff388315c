/// Random numbers for choices that need to be spread, not to be secret (SplitMix64).
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
package struct LoopRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// - Parameter seed: Equal seeds give equal numbers; default a seed of the system's.
    package init(seed: UInt64? = nil) {
        var system = SystemRandomNumberGenerator()
        self.state = seed ?? system.next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
