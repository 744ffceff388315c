import NIOCore

/// What a token says.
///
/// Source: RFC 7519, section 4.1.
struct JWTClaims {
    let issuer: String?
    let audiences: [String]
    /// Seconds since 1970.
    let expiration: Int?
    /// Seconds since 1970.
    let notBefore: Int?
    /// All claims.
    let document: JSONDocument

    init(_ document: JSONDocument) throws(JWTReason) {
        self.document = document
        self.issuer = try JSONWebToken.text("iss", of: document, otherwise: .badIssuer)
        self.audiences = try JWTClaims.audiences(document)
        self.expiration = try JWTClaims.date("exp", of: document, otherwise: .badExpiration)
        self.notBefore = try JWTClaims.date("nbf", of: document, otherwise: .badNotBefore)
    }

    /// Why the token does not count at a moment; `nil` when it does.
    ///
    /// - Parameters:
    ///   - now: Seconds since 1970.
    ///   - skew: By how many seconds clocks may differ.
    func reason(atSecond now: Int, skew: Int) -> JWTReason? {
        if let notBefore, now + skew < notBefore { return .notYetValid }
        if let expiration, now > expiration + skew { return .expired }
        return nil
    }

    private static func audiences(_ document: JSONDocument) throws(JWTReason) -> [String] {
        guard let value = document.member("aud", of: JSONDocument.root) else { return [] }
        if let one = document.string(value) { return [one] }
        guard document.kind(of: value) == .array else { throw .badAudience }
        let texts = document.elements(of: value).map { document.string($0) }
        guard texts.allSatisfy({ $0 != nil }) else { throw .badAudience }
        return texts.compactMap { $0 }
    }

    /// A date in seconds, whose fraction is dropped; far beyond any date it is an error.
    private static func date(
        _ name: StaticString,
        of document: JSONDocument,
        otherwise reason: JWTReason
    ) throws(JWTReason) -> Int? {
        guard let value = document.member(name, of: JSONDocument.root) else { return nil }
        guard document.kind(of: value) == .number, let number = Double(String(buffer: document.literal(value))),
            abs(number) < 1e15
        else { throw reason }
        return Int(number.rounded(.down))
    }
}
