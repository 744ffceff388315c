import Crypto
import NIOCore

/// What an answer is stored under.
struct CacheKey: Sendable, Hashable {
    /// The longest question that stands in a scoped key as it is, in bytes.
    static let longestQuestion = 512

    /// The question as the log tells it.
    let question: String
    /// The key in the store.
    let stored: String
    /// The scope's digest; `nil` for none.
    let scope: String?
    /// The opaque name for people and for the purge endpoint.
    let id: CacheKeyID

    /// Makes the key of a question.
    ///
    /// - Parameters:
    ///   - question: The key text.
    ///   - prefix: `cacheKeyPrefix`.
    ///   - scope: The scope's digest; `nil` gives exactly prefix and question, as other gateways store it.
    init(question: String, prefix: String, scope: String?) {
        self.question = question
        self.scope = scope
        if let scope {
            // Different marks before a question and before its digest: a question that spells a digest is another key.
            self.stored =
                question.utf8.count > Self.longestQuestion
                ? "\(prefix)\(scope)#\(Self.digest(of: question))" : "\(prefix)\(scope):\(question)"
        } else {
            self.stored = prefix + question
        }
        self.id = CacheKeyID(of: self.stored)
    }

    /// The digest in a key of a store; `nil` for a key without one.
    static func scope(ofStored key: String, prefix: String) -> String? {
        guard key.hasPrefix(prefix) else { return nil }
        let rest = key.utf8.dropFirst(prefix.utf8.count)
        guard let mark = rest.dropFirst(64).first, mark == UInt8(ascii: ":") || mark == UInt8(ascii: "#") else {
            return nil
        }
        return String(rest.prefix(64))
    }

    /// The question in a key of a store that begins with the prefix, read as one without a scope.
    static func question(ofStored key: String, prefix: String) -> String? {
        guard key.utf8.starts(with: prefix.utf8) else { return nil }
        return String(decoding: key.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }

    private static func digest(of text: String) -> String {
        var hash = SHA256()
        var text = text
        text.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return hash.finalize().withUnsafeBytes { Hexadecimal.text($0) }
    }
}

/// 128 bits that name a key without telling it.
struct CacheKeyID: Sendable, Hashable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The front of the SHA-256 of a stored key.
    init(of key: String) {
        var hash = SHA256()
        var key = key
        key.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        let words = hash.finalize().withUnsafeBytes { digest in
            (digest.loadUnaligned(as: UInt64.self), digest.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
    }

    /// 32 hexadecimal digits.
    var description: String { self.withDigits { String(decoding: $0, as: UTF8.self) } }

    /// Calls `body` with the digits.
    func withDigits<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { digits in
            for (index, word) in [self.high, self.low].enumerated() {
                for digit in 0..<16 {
                    let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * digit))
                    digits[16 * index + digit] = Hexadecimal.digit(value)
                }
            }
            return body(UnsafeRawBufferPointer(digits))
        }
    }
}
