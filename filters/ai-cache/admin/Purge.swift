import NIOCore

/// What an operator wants forgotten.
enum Purge: Sendable, Hashable {
    /// One entry, by the name that clients see in `x-sluice-cache-key`.
    case entry(CacheKeyID)
    /// Every entry of a scope, by its digest: 64 hexadecimal digits.
    case scope(String)
    /// Every entry of the scope that an entry is of.
    case scopeOf(CacheKeyID)

    /// Reads the value of `scope=`: a digest, or the name of an entry.
    init?(scope text: String) {
        if let id = CacheKeyID(text) {
            self = .scopeOf(id)
        } else if text.utf8.count == 64, text.utf8.allSatisfy({ Hexadecimal.isDigit($0) }) {
            self = .scope(text)
        } else {
            return nil
        }
    }
}

/// What a cache store has forgotten.
struct PurgedEntries: Sendable, Hashable {
    /// How many entries there were.
    var count = 0
    /// The digest of their scope, where a scope was to be forgotten and is known.
    var scope: String?
    /// What the entry held, where one was to be forgotten.
    var bytes: ByteBuffer?
    /// The question of that entry, where it has no scope and the store knows.
    var question: String?
}

extension CacheKeyID {
    /// Reads what ``description`` writes: 32 hexadecimal digits in lower case.
    init?(_ text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ Hexadecimal.isDigit($0) }),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}

extension Hexadecimal {
    /// Whether a byte is a digit as ``text(_:)`` writes them.
    fileprivate static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

/// A scope as the memory store keeps it with each entry: the 256 bits of its digest.
struct ScopeMark: Sendable, Hashable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Parameter digest: The scope's digest: 64 hexadecimal digits.
    init?(digest: String) {
        guard digest.utf8.count == 64, digest.utf8.allSatisfy({ Hexadecimal.isDigit($0) }) else { return nil }
        let words = [0, 16, 32, 48].compactMap { UInt64(digest.dropFirst($0).prefix(16), radix: 16) }
        guard words.count == 4 else { return nil }
        self.words = (words[0], words[1], words[2], words[3])
    }

    var digest: String {
        let words = (
            self.words.0.bigEndian, self.words.1.bigEndian, self.words.2.bigEndian, self.words.3.bigEndian
        )
        return withUnsafeBytes(of: words) { Hexadecimal.text($0) }
    }

    static func == (first: ScopeMark, second: ScopeMark) -> Bool { first.words == second.words }

    func hash(into hasher: inout Hasher) { hasher.combine(self.words.0) }
}
