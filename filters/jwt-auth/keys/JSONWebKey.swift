import JWTKit
import NIOCore

/// A key that verifies signatures.
///
/// Source: RFC 7517, section 4; RFC 7518, section 6, for RSA, elliptic curves and octets; RFC 8037 for Ed25519.
struct JSONWebKey: Sendable {
    /// The key itself; its kind alone decides which algorithms it verifies, whatever a token says.
    enum Material: Sendable {
        case rsa(Insecure.RSA.PublicKey)
        case p256(ES256PublicKey)
        case p384(ES384PublicKey)
        case p521(ES512PublicKey)
        case ed25519(EdDSA.PublicKey)
        case octets([UInt8])
    }

    let id: String?
    /// The one algorithm that it is for; `nil` for all that its kind allows.
    let algorithm: String?
    let material: Material

    /// Reads a key.
    ///
    /// - Throws: What is wrong with it, without what it holds.
    init(_ value: Int, of document: JSONDocument) throws(JWKSError) {
        func text(_ name: StaticString) -> String? {
            document.member(name, of: value).flatMap { document.string($0) }
        }
        func required(_ name: StaticString) throws(JWKSError) -> String {
            guard let text = text(name), !text.isEmpty else { throw .missing(name) }
            return text
        }
        guard let type = text("kty") else { throw .missing("kty") }
        let use = text("use")
        guard use == nil || use == "sig" else { throw .notForSignatures }
        self.id = text("kid")
        self.algorithm = text("alg")
        switch type {
        case "RSA": self.material = try .rsa(n: required("n"), e: required("e"))
        case "EC": self.material = try .curve(required("crv"), x: required("x"), y: required("y"))
        case "OKP": self.material = try .edwards(required("crv"), x: required("x"))
        case "oct": self.material = try .octets(required("k"))
        default: throw .unknownType
        }
    }
}

extension JSONWebKey.Material {
    fileprivate static func rsa(n: String, e: String) throws(JWKSError) -> Self {
        do { return .rsa(try Insecure.RSA.PublicKey(modulus: n, exponent: e)) } catch { throw .unusable("RSA") }
    }

    fileprivate static func curve(_ curve: String, x: String, y: String) throws(JWKSError) -> Self {
        do {
            switch curve {
            case "P-256": return .p256(try ES256PublicKey(parameters: (x: x, y: y)))
            case "P-384": return .p384(try ES384PublicKey(parameters: (x: x, y: y)))
            case "P-521": return .p521(try ES512PublicKey(parameters: (x: x, y: y)))
            default: throw JWKSError.unknownCurve
            }
        } catch let error as JWKSError {
            throw error
        } catch {
            throw .unusable("EC")
        }
    }

    fileprivate static func edwards(_ curve: String, x: String) throws(JWKSError) -> Self {
        guard curve == "Ed25519" else { throw .unknownCurve }
        do { return .ed25519(try EdDSA.PublicKey(x: x, curve: .ed25519)) } catch { throw .unusable("OKP") }
    }

    fileprivate static func octets(_ text: String) throws(JWKSError) -> Self {
        var text = text
        guard let bytes = text.withUTF8({ Base64.decode(UnsafeRawBufferPointer($0), .url) }), !bytes.isEmpty else {
            throw .unusable("oct")
        }
        return .octets(bytes)
    }
}
