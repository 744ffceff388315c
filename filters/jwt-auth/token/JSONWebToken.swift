import NIOCore

/// A token taken apart and read, its signature not verified.
///
/// Source: RFC 7515, section 7.1 (the compact form), and RFC 7519.
struct JSONWebToken {
    /// The algorithm that the token names, one of ``algorithms``.
    let algorithm: String
    /// The key that the token names.
    let keyID: String?
    let claims: JWTClaims
    /// The bytes that are signed.
    let signed: ArraySlice<UInt8>
    let signature: [UInt8]

    /// The algorithms that are verified; `none` is not among them.
    static let algorithms: Set<String> = [
        "ES256", "ES384", "ES512", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
        "EdDSA",
    ]

    /// Reads a token.
    ///
    /// - Throws: What is wrong with its form.
    init(_ token: [UInt8]) throws(JWTReason) {
        let parts = token.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else {
            throw JSONWebToken.names(noneIn: parts) ? .unsupportedAlgorithm : .badFormat
        }
        let header = try JSONWebToken.object(parts[0], ifNotBase64: .headerNotBase64, ifNotJSON: .headerNotJSON)
        self.algorithm = try JSONWebToken.algorithm(header)
        self.keyID = try JSONWebToken.text("kid", of: header, otherwise: .badKeyID)
        // What has to be understood and is not makes the token invalid (RFC 7515, section 4.1.11).
        if header.member("crit", of: JSONDocument.root) != nil { throw .verificationFails }
        self.claims = try JWTClaims(
            JSONWebToken.object(parts[1], ifNotBase64: .payloadNotBase64, ifNotJSON: .payloadNotJSON)
        )
        guard let signature = parts[2].withUnsafeBytes({ Base64.decode($0, .url) }) else { throw .signatureNotBase64 }
        self.signature = signature
        self.signed = token[..<parts[1].endIndex]
    }

    /// Whether parts are those of a token that is not signed at all, whose third part is empty.
    private static func names(noneIn parts: [ArraySlice<UInt8>]) -> Bool {
        guard parts.count == 3, parts[2].isEmpty, !parts[1].isEmpty,
            let header = parts[0].withUnsafeBytes({ Base64.decode($0, .url) }),
            let document = JSONDocument(ByteBuffer(bytes: header)),
            let algorithm = document.member("alg", of: JSONDocument.root)
        else { return false }
        return document.string(algorithm)?.lowercased() == "none"
    }

    private static func object(
        _ part: ArraySlice<UInt8>,
        ifNotBase64: JWTReason,
        ifNotJSON: JWTReason
    ) throws(JWTReason) -> JSONDocument {
        guard let bytes = part.withUnsafeBytes({ Base64.decode($0, .url) }) else { throw ifNotBase64 }
        // Of a name that is there twice nobody knows which one counts.
        guard let document = JSONDocument(ByteBuffer(bytes: bytes)),
            document.kind(of: JSONDocument.root) == .object, !document.hasRepeatedNames
        else { throw ifNotJSON }
        return document
    }

    private static func algorithm(_ header: JSONDocument) throws(JWTReason) -> String {
        guard let algorithm = try self.text("alg", of: header, otherwise: .missingAlgorithm) else {
            throw .missingAlgorithm
        }
        guard self.algorithms.contains(algorithm) else { throw .unsupportedAlgorithm }
        return algorithm
    }

    /// A member that has to be a string if it is there.
    static func text(
        _ name: StaticString,
        of document: JSONDocument,
        otherwise reason: JWTReason
    ) throws(JWTReason) -> String? {
        guard let value = document.member(name, of: JSONDocument.root) else { return nil }
        guard let text = document.string(value) else { throw reason }
        return text
    }
}
