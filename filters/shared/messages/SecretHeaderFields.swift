import FilterAPI

/// Header fields that hold secrets in every configuration, and so are never logged.
enum SecretHeaderFields {
    /// The names in lower case.
    static let names = [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "apikey",
        "x-goog-api-key", "x-ca-key", "x-ca-signature", "x-amz-security-token", "x-auth-token", "x-csrf-token",
    ]

    /// Those of an operator's fields for secrets that would be logged unless a stream is told; each once.
    static func others(of fields: [HeaderName]) -> [HeaderName] {
        var others: [HeaderName] = []
        for field in fields where !self.names.contains(field.string) && !others.contains(field) {
            others.append(field)
        }
        return others
    }
}
