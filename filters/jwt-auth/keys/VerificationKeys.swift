import JWTKit

/// Keys that are ready to verify signatures.
///
/// An object, so that what was verified with it can be told from what a later set would have to verify anew.
final class VerificationKeys: Sendable {
    private struct Key {
        let id: String?
        let algorithm: String?
        let verifiers: [String: any JWTAlgorithm]
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
            if let verifier = key.verifiers[token.algorithm], token.isVerified(by: verifier) { return nil }
        }
        return isAnyMeant ? .verificationFails : .noMatchingKey
    }
}

extension JSONWebToken {
    fileprivate func isVerified(by verifier: any JWTAlgorithm) -> Bool {
        do {
            return try verifier.verify(self.signature, signs: self.signed)
        } catch {
            // A signature that cannot be one, such as of a wrong length.
            return false
        }
    }
}

extension JSONWebKey.Material {
    /// What verifies, by the names of algorithms.
    fileprivate func verifiers() async throws -> [String: any JWTAlgorithm] {
        let keys = JWTKeyCollection()
        var names: [String] = []
        for (bits, digest) in [("256", DigestAlgorithm.sha256), ("384", .sha384), ("512", .sha512)] {
            switch self {
            case .rsa(let key):
                await keys.add(rsa: key, digestAlgorithm: digest, kid: JWKIdentifier(string: "RS\(bits)"))
                await keys.add(pss: key, digestAlgorithm: digest, kid: JWKIdentifier(string: "PS\(bits)"))
                names += ["RS\(bits)", "PS\(bits)"]
            case .octets(let key):
                await keys.add(hmac: key, digestAlgorithm: digest, kid: JWKIdentifier(string: "HS\(bits)"))
                names.append("HS\(bits)")
            case .p256, .p384, .p521, .ed25519: break
            }
        }
        switch self {
        case .p256(let key): await keys.add(ecdsa: key, kid: "ES256")
        case .p384(let key): await keys.add(ecdsa: key, kid: "ES384")
        case .p521(let key): await keys.add(ecdsa: key, kid: "ES512")
        case .ed25519(let key): await keys.add(eddsa: key, kid: "EdDSA")
        case .rsa, .octets: break
        }
        names += self.ownName.map { [$0] } ?? []
        var verifiers: [String: any JWTAlgorithm] = [:]
        for name in names { verifiers[name] = try await keys.getKey(for: JWKIdentifier(string: name)) }
        return verifiers
    }

    /// The one algorithm of a curve.
    private var ownName: String? {
        switch self {
        case .p256: "ES256"
        case .p384: "ES384"
        case .p521: "ES512"
        case .ed25519: "EdDSA"
        case .rsa, .octets: nil
        }
    }
}
