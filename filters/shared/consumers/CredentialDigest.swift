import Crypto

/// What stands for a credential in memory: 256 bits that nobody else can compute, or turn back into it.
struct CredentialDigest: Sendable, Hashable {
    private let words: SIMD4<UInt64>

    fileprivate init(_ words: SIMD4<UInt64>) { self.words = words }

    /// Eight bits, for the choice of a shard.
    var lowByte: Int { Int(truncatingIfNeeded: self.words[0] & 0xFF) }
}

/// Makes digests of credentials with a key of its own.
///
/// Source: RFC 2104 with SHA-256.
struct CredentialDigester: Sendable {
    private let key = SymmetricKey(size: .bits256)

    /// The digest of `credential`; equal only for the same bytes and the same digester.
    func digest(_ credential: UnsafeRawBufferPointer) -> CredentialDigest {
        HMAC<SHA256>.authenticationCode(for: credential, using: self.key).withUnsafeBytes { code in
            CredentialDigest(code.loadUnaligned(as: SIMD4<UInt64>.self))
        }
    }
}
