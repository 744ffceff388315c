/// Why a token does not let a request pass, in the words that users of Envoy and Higress know.
enum JWTReason: String, Error, Sendable, CaseIterable {
    case missing = "Jwt is missing"
    case multipleTokens = "Found multiple Jwt tokens"
    case badFormat = "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"
    case headerNotBase64 = "Jwt header is an invalid Base64url encoded"
    case headerNotJSON = "Jwt header is an invalid JSON"
    case missingAlgorithm = "Jwt header [alg] field is required and must be a string"
    case unsupportedAlgorithm = "Jwt header [alg] is not supported"
    case badKeyID = "Jwt header [kid] field is not a string"
    case payloadNotBase64 = "Jwt payload is an invalid Base64url encoded"
    case payloadNotJSON = "Jwt payload is an invalid JSON"
    case badIssuer = "Jwt payload [iss] field is not a string"
    case badAudience = "Jwt payload [aud] field is not a string or string list"
    case badExpiration = "Jwt payload [exp] field is not an integer"
    case badNotBefore = "Jwt payload [nbf] field is not an integer"
    case signatureNotBase64 = "Jwt signature is an invalid Base64url encoded"
    case unknownIssuer = "Jwt issuer is not configured"
    case notYetValid = "Jwt not yet valid"
    case expired = "Jwt is expired"
    case audienceNotAllowed = "Audiences in Jwt are not allowed"
    case noMatchingKey = "Jwks doesn't have key to match kid or alg from Jwt"
    case verificationFails = "Jwt verification fails"
    case fetchFailed = "Jwks remote fetch is failed"

    /// What the access log says.
    var detail: String {
        switch self {
        case .missing: "jwt-auth.missing"
        case .multipleTokens: "jwt-auth.multiple_tokens"
        case .badFormat, .headerNotBase64, .headerNotJSON, .missingAlgorithm, .badKeyID, .payloadNotBase64,
            .payloadNotJSON, .badIssuer, .badAudience, .badExpiration, .badNotBefore, .signatureNotBase64:
            "jwt-auth.malformed"
        case .unsupportedAlgorithm: "jwt-auth.unsupported_algorithm"
        case .unknownIssuer: "jwt-auth.unknown_issuer"
        case .notYetValid: "jwt-auth.not_yet_valid"
        case .expired: "jwt-auth.expired"
        case .audienceNotAllowed: "jwt-auth.audience_not_allowed"
        case .noMatchingKey: "jwt-auth.no_matching_key"
        case .verificationFails: "jwt-auth.verification_failed"
        case .fetchFailed: "jwt-auth.jwks_unavailable"
        }
    }
}
