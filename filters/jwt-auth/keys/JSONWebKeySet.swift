import NIOCore

/// The keys of one issuer.
///
/// Source: RFC 7517, section 5.
struct JSONWebKeySet: Sendable {
    let keys: [JSONWebKey]

    /// More keys than an issuer has.
    static let maximumKeys = 100

    /// Reads a set.
    ///
    /// - Parameters:
    ///   - text: The JSON text.
    ///   - isStrict: Whether a key that cannot be used is an error; else it is passed over, as section 5 asks for. Keys
    ///     that are for something else are passed over in any case.
    /// - Throws: What is wrong with the set, without what it holds; also when no key is left.
    init(_ text: ByteBuffer, isStrict: Bool) throws(JWKSError) {
        guard let document = JSONDocument(text) else { throw .notJSON }
        guard let list = document.member("keys", of: JSONDocument.root), document.kind(of: list) == .array else {
            throw .noKeys
        }
        var keys: [JSONWebKey] = []
        for (index, value) in document.elements(of: list).prefix(JSONWebKeySet.maximumKeys).enumerated() {
            do throws(JWKSError) {
                keys.append(try JSONWebKey(value, of: document))
            } catch {
                if isStrict, error != .notForSignatures { throw .key(index, error.description) }
            }
        }
        guard !keys.isEmpty else { throw .noUsableKey }
        self.keys = keys
    }
}

/// Why a set of keys cannot be used, without what it holds.
enum JWKSError: Error, Equatable {
    case notJSON
    case noKeys
    case noUsableKey
    case notForSignatures
    case missing(StaticString)
    case unknownType
    case unknownCurve
    case unusable(String)
    case key(Int, String)

    var description: String {
        switch self {
        case .notJSON: "the JWKS is no JSON"
        case .noKeys: #"the JWKS has no list "keys""#
        case .noUsableKey: "the JWKS has no key that verifies signatures"
        case .notForSignatures: "is not for signatures"
        case .missing(let name): #"has no "\#(name)""#
        case .unknownType: #"has an unknown "kty"; expected one of RSA, EC, OKP, oct"#
        case .unknownCurve: #"has an unknown "crv"; expected one of P-256, P-384, P-521 (EC), Ed25519 (OKP)"#
        case .unusable("RSA"): "is no RSA key of at least 2048 bits"
        case .unusable(let type): "is no valid key of type \(type)"
        case .key(let index, let error): "keys[\(index)] of the JWKS \(error)"
        }
    }

    static func == (left: JWKSError, right: JWKSError) -> Bool { left.description == right.description }
}
