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

/// A scope as the memory store keeps it with each entry.
struct ScopeMark: Sendable, Hashable {
    /// The first 64 bits of the digest.
    private let bits: UInt64

    /// - Parameter digest: The scope's digest.
    init?(digest: String) {
        guard let bits = UInt64(digest.prefix(16), radix: 16) else { return nil }
        self.bits = bits
    }
}
