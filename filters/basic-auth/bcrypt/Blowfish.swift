/// The state of the Blowfish cipher with the costly key schedule of bcrypt.
///
/// Source: Provos and Mazieres, "A Future-Adaptable Password Scheme", section 4; Schneier's Blowfish for the rounds.
struct Blowfish: ~Copyable {
    /// 18 subkeys, then four tables of 256 words.
    private let words: UnsafeMutablePointer<UInt32>

    private static let subkeys = 18
    private static let count = 18 + 4 * 256

    /// The state before any key.
    init() {
        self.words = .allocate(capacity: Blowfish.count)
        BlowfishDigits.words.withUnsafeBufferPointer { digits in
            guard let base = digits.baseAddress else { return }
            self.words.initialize(from: base, count: Blowfish.count)
        }
    }

    deinit {
        // The state leads back to the password.
        self.words.update(repeating: 0, count: Blowfish.count)
        self.words.deallocate()
    }

    /// Mixes a key into the state, and a salt between.
    ///
    /// - Parameters:
    ///   - key: The key in words, over and over to the number of subkeys.
    ///   - salt: Four words; `nil` for none, which counts as zeros.
    func mix(_ key: BlowfishKey, _ salt: BlowfishKey? = nil) {
        key.withWords { key in
            for index in 0..<Blowfish.subkeys { self.words[index] ^= key[index] }
        }
        guard let salt else { return self.fill([0, 0, 0, 0]) }
        salt.withWords { self.fill([$0[0], $0[1], $0[2], $0[3]]) }
    }

    /// Replaces the state by what it makes of itself and a salt.
    private func fill(_ salt: SIMD4<UInt32>) {
        var left: UInt32 = 0
        var right: UInt32 = 0
        var index = 0
        while index < Blowfish.count {
            let isSecond = index & 2 != 0
            left ^= isSecond ? salt[2] : salt[0]
            right ^= isSecond ? salt[3] : salt[1]
            self.encrypt(&left, &right)
            self.words[index] = left
            self.words[index &+ 1] = right
            index &+= 2
        }
    }

    /// Encrypts one block of two words.
    @inline(__always)
    func encrypt(_ left: inout UInt32, _ right: inout UInt32) {
        var first = left ^ self.words[0]
        var second = right
        var round = 1
        while round < 17 {
            second ^= self.scramble(first) ^ self.words[round]
            first ^= self.scramble(second) ^ self.words[round &+ 1]
            round &+= 2
        }
        left = second ^ self.words[17]
        right = first
    }

    @inline(__always)
    private func scramble(_ word: UInt32) -> UInt32 {
        let tables = self.words + Blowfish.subkeys
        let a = tables[Int(word >> 24)]
        let b = tables[256 &+ Int(word >> 16 & 0xFF)]
        let c = tables[512 &+ Int(word >> 8 & 0xFF)]
        let d = tables[768 &+ Int(word & 0xFF)]
        return ((a &+ b) ^ c) &+ d
    }
}

/// Bytes as the words that Blowfish mixes in: over and over from the first, to the number of subkeys.
struct BlowfishKey: Sendable {
    private let words: [UInt32]

    /// - Parameter bytes: At least one byte; those after the 72nd do not count.
    init(_ bytes: [UInt8]) {
        var place = 0
        self.words = (0..<18).map { _ in
            var word: UInt32 = 0
            for _ in 0..<4 {
                word = word << 8 | UInt32(bytes[place % bytes.count])
                place += 1
            }
            return word
        }
    }

    func withWords(_ body: (UnsafeBufferPointer<UInt32>) -> Void) { self.words.withUnsafeBufferPointer(body) }
}
