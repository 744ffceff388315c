import Foundation

/// What `Tests/GatewayTests/Python/auth_credentials.py` prints: credentials that other libraries made.
package struct AuthCredentials: Decodable, Sendable {
    /// A request that was signed.
    package struct SignedRequest: Decodable, Sendable {
        package let method: String
        package let target: String
        package let headers: [String: String]
        package let body: String
        /// What was signed.
        package let text: String
    }

    /// When they are valid, in seconds since 1970.
    package let now: Int
    /// JSON Web Key Sets.
    package let jwks: [String: String]
    /// JSON Web Tokens.
    package let tokens: [String: String]
    /// Passwords and their hashes.
    package let bcrypt: [String: String]
    /// Signed requests.
    package let hmac: [String: SignedRequest]

    /// Reads what the program printed.
    package init(json: String) throws {
        self = try JSONDecoder().decode(AuthCredentials.self, from: Data(json.utf8))
    }
}

/// The value of an `Authorization` field for a user and a password, as `USER:PASSWORD`.
package func basic(_ pair: String) -> String { "Basic \(Data(pair.utf8).base64EncodedString())" }
