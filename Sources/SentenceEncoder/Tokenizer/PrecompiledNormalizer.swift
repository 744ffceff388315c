/// SentencePiece's table of what characters are replaced by: `precompiled_charsmap`.
///
/// Four bytes say how long a double-array trie is (Aoe 1989, in the form of darts-clone); behind it stand the
/// replacements, each ended by a zero byte. Source: the package spm_precompiled.
struct PrecompiledNormalizer: Sendable {
    /// The longest replacement, in bytes; that of U+FDFA has 33.
    private static let longestReplacement = 256

    private let units: [UInt32]
    private let replacements: [UInt8]

    /// - Returns: `nil` when the table is cut off, or has a replacement longer than 256 bytes.
    init?(_ table: [UInt8]) {
        guard table.count >= 4 else { return nil }
        let size = (0..<4).reduce(0) { $0 | Int(table[$1]) << (8 * $1) }
        guard size % 4 == 0, size > 0, size <= table.count - 4 else { return nil }
        self.units = stride(from: 4, to: 4 + size, by: 4).map { place in
            (0..<4).reduce(UInt32(0)) { $0 | UInt32(table[place + $1]) << UInt32(8 * $1) }
        }
        let replacements = Array(table[(4 + size)...])
        guard replacements.split(separator: 0).allSatisfy({ $0.count <= Self.longestReplacement }) else { return nil }
        self.replacements = replacements
    }

    /// A text after replacement.
    func normalized(_ text: String) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count)
        for character in text {
            let bytes = Array(character.utf8)
            if bytes.count < 6, let replacement = self.replacement(of: bytes) {
                output.append(contentsOf: replacement)
                continue
            }
            for scalar in character.unicodeScalars {
                let bytes = Array(scalar.utf8)
                output.append(contentsOf: self.replacement(of: bytes) ?? bytes[...])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// What the shortest known beginning of a text is replaced by.
    private func replacement(of bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var place = Self.offset(self.units[0])
        for byte in bytes where byte != 0 {
            place ^= Int(byte)
            guard place < self.units.count else { return nil }
            let unit = self.units[place]
            guard unit & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
            place ^= Self.offset(unit)
            guard place < self.units.count else { return nil }
            if unit >> 8 & 1 == 1 { return self.text(at: Int(self.units[place] & ~(1 << 31))) }
        }
        return nil
    }

    private static func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 1 << 9) >> 6) }

    private func text(at start: Int) -> ArraySlice<UInt8>? {
        guard start <= self.replacements.count else { return nil }
        return self.replacements[start...].prefix { $0 != 0 }
    }
}
