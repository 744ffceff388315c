/// A cookie that keeps a client at its endpoint.
package struct AffinityCookie: Sendable, Hashable {
    /// The name.
    package let name: String
    /// How long the client keeps it; none for as long as its session lasts.
    package let lifetime: Duration
    /// The paths for which the client sends it; `nil` for the directory of what it asked for.
    package let path: String?

    package init(name: String, lifetime: Duration, path: String? = nil) {
        self.name = name
        self.lifetime = lifetime
        self.path = path
    }

    /// A new client's value. It is no secret: it says nothing but which clients belong together.
    static func value(using random: inout some RandomNumberGenerator) -> String {
        let digits = String(random.next(), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The value of `Set-Cookie` (RFC 6265, section 4.1.1).
    ///
    /// - Parameters:
    ///   - value: The value of the cookie.
    ///   - isSecure: Whether the client is to send it over TLS only.
    func field(_ value: String, isSecure: Bool) -> String {
        var text = "\(self.name)=\(value)"
        if self.lifetime > .zero { text += "; Max-Age=\(max(1, self.lifetime.components.seconds))" }
        if let path = self.path { text += "; Path=\(path)" }
        text += "; HttpOnly; SameSite=Lax"
        return isSecure ? text + "; Secure" : text
    }
}
