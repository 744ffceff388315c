import Crypto
import JWTKit

/// Keys that are ready to verify signatures.
///
/// An object, so that what was verified with it can be told from what a later set would have to verify anew.
final class VerificationKeys: Sendable {
    private struct Key {
        let id: String?
        let algorithm: String?
        let verifiers: [String: Verifier]
    }

    private let keys: [Key]

    /// Makes the keys ready.
    init(_ set: JSONWebKeySet) async throws {
        var keys: [Key] = []
        for key in set.keys {
            keys.append(Key(id: key.id, algorithm: key.algorithm, verifiers: try await key.material.verifiers()))
        }
        self.keys = keys
    }

    /// Why no key verifies a token; `nil` when one does.
    ///
    /// A key is tried when neither its id nor its algorithm speaks against it, and then verifies only what its kind is for:
    /// a token cannot have a public key taken for a shared secret by naming another algorithm.
    func reason(against token: JSONWebToken) -> JWTReason? {
        var isAnyMeant = false
        for key in self.keys {
            if let id = key.id, let wanted = token.keyID, id != wanted { continue }
            if let algorithm = key.algorithm, algorithm != token.algorithm { continue }
            isAnyMeant = true
            if let verifies = key.verifiers[token.algorithm], verifies(token.signature, token.signed) { return nil }
        }
        return isAnyMeant ? .verificationFails : .noMatchingKey
    }
}

/// Whether a signature is that of some bytes.
private typealias Verifier = @Sendable (_ signature: [UInt8], _ signed: ArraySlice<UInt8>) -> Bool

extension JSONWebKey.Material {
    /// What verifies, by the names of algorithms.
    fileprivate func verifiers() async throws -> [String: Verifier] {
        if case .octets(let bytes) = self { return sharedSecretVerifiers(SymmetricKey(data: bytes)) }
        let keys = JWTKeyCollection()
        var names: [String] = []
        switch self {
        case .rsa(let key):
            for (bits, digest) in [("256", DigestAlgorithm.sha256), ("384", .sha384), ("512", .sha512)] {
                await keys.add(rsa: key, digestAlgorithm: digest, kid: JWKIdentifier(string: "RS\(bits)"))
                await keys.add(pss: key, digestAlgorithm: digest, kid: JWKIdentifier(string: "PS\(bits)"))
                names += ["RS\(bits)", "PS\(bits)"]
            }
        case .p256(let key):
            await keys.add(ecdsa: key, kid: "ES256")
            names = ["ES256"]
        case .p384(let key):
            await keys.add(ecdsa: key, kid: "ES384")
            names = ["ES384"]
        case .p521(let key):
            await keys.add(ecdsa: key, kid: "ES512")
            names = ["ES512"]
        case .ed25519(let key):
            await keys.add(eddsa: key, kid: "EdDSA")
            names = ["EdDSA"]
        case .octets: break
        }
        var verifiers: [String: Verifier] = [:]
        for name in names { verifiers[name] = verifier(try await keys.getKey(for: JWKIdentifier(string: name))) }
        return verifiers
    }
}

private func verifier(_ algorithm: any JWTAlgorithm) -> Verifier {
    { signature, signed in
        do {
            return try algorithm.verify(signature, signs: signed)
        } catch {
            // A signature that cannot be one, such as of a wrong length.
            return false
        }
    }
}

/// Verifies with a shared secret of any length: jwt-kit traps for one that is shorter than the hash, and an issuer's keys may
/// come from elsewhere.
private func sharedSecretVerifiers(_ key: SymmetricKey) -> [String: Verifier] {
    [
        "HS256": { HMAC<SHA256>.isValidAuthenticationCode($0, authenticating: $1, using: key) },
        "HS384": { HMAC<SHA384>.isValidAuthenticationCode($0, authenticating: $1, using: key) },
        "HS512": { HMAC<SHA512>.isValidAuthenticationCode($0, authenticating: $1, using: key) },
    ]
}
