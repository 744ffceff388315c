import FilterAPI

/// What the `WWW-Authenticate` field of a refusal says: a scheme and a realm (RFC 9110, section 11.6.1).
struct Challenge: Sendable {
    private let text: String

    /// - Parameters:
    ///   - scheme: The authentication scheme.
    ///   - realm: The realm, any text on one line.
    init(_ scheme: String, realm: String) {
        self.text = "\(scheme) realm=\(quotedString(realm))"
    }

    /// The answer to a request that does not pass.
    func refusal(of request: RequestHead, _ status: Int, _ detail: String) -> LocalResponse {
        LocalResponse(refusing: request, status: status, headers: [.wwwAuthenticate: self.text], detail: detail)
    }
}

extension ConfigurationFields {
    /// Declares and reads the key `realm`.
    func realm() -> String {
        let realm = self.string("realm", default: "MSE Gateway", help: "Realm of the WWW-Authenticate field.")
        if holdsControlCharacter(realm) {
            self.error(at: "realm", "holds a control character; expected a text on one line")
        }
        return realm
    }
}

/// A text in the form of a quoted string (RFC 9110, section 5.6.4).
func quotedString(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
}
