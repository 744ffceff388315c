import FilterAPI

/// The configuration of `cors`.
struct CORSConfiguration: FilterConfiguration {
    let policy: CORSPolicy

    private static let methods = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"]
    private static let headers = [
        "DNT", "X-CustomHeader", "Keep-Alive", "User-Agent", "X-Requested-With", "If-Modified-Since", "Cache-Control",
        "Content-Type", "Authorization",
    ]

    init(_ fields: ConfigurationFields) {
        let origins = fields.strings(
            "allow_origins",
            help: "Origins such as https://example.com:8081, or \"*\" for all; default \"*\" without patterns."
        )
        let patterns = fields.strings(
            "allow_origin_patterns",
            help: "Origins with * for part of a host: https://*.example.com, https://*.example.com:[8080,9090]."
        )
        let methods = fields.strings(
            "allow_methods",
            default: Self.methods,
            help: "Methods that requests of other origins may have, or \"*\"."
        )
        let headers = fields.strings(
            "allow_headers",
            default: Self.headers,
            help: "Header fields that requests of other origins may have, or \"*\"."
        )
        let exposed = fields.strings(
            "expose_headers",
            help: "Header fields of responses that scripts may read, or \"*\"."
        )
        let allowsCredentials = fields.bool(
            "allow_credentials",
            default: false,
            help: "Whether requests of other origins may carry cookies and other credentials."
        )
        let maximumAge = fields.duration(
            "max_age",
            bareUnit: .seconds,
            in: .zero...(.seconds(86400 * 365)),
            default: .seconds(7200),
            help: "For how long a browser may keep the answer to a preflight."
        )
        let takesAll = origins.isEmpty && patterns.isEmpty && !allowsCredentials
        self.policy = CORSPolicy(
            origins: CORSOrigins(
                exact: takesAll ? ["*"] : origins,
                patterns: Self.compiled(patterns, fields)
            ),
            methods: CORSPolicy.Names(methods.map { $0 == "*" ? $0 : $0.uppercased() }),
            headers: CORSPolicy.Names(headers),
            exposed: CORSPolicy.Names(exposed),
            allowsCredentials: allowsCredentials,
            maximumAge: Int(maximumAge.components.seconds)
        )
        guard !fields.isDescribing else { return }
        Self.check(origins, fields)
        Self.checkNames(methods, at: "allow_methods", "the name of a method", fields)
        Self.checkNames(headers, at: "allow_headers", "the name of a header field", fields)
        Self.checkNames(exposed, at: "expose_headers", "the name of a header field", fields)
        if allowsCredentials { Self.checkCredentials(origins, patterns, exposed, fields) }
    }

    private static func compiled(_ patterns: [String], _ fields: ConfigurationFields) -> [Pattern] {
        patterns.enumerated().compactMap { index, text in
            guard !text.isEmpty else {
                fields.error(at: "allow_origin_patterns", item: index, "found an empty text; expected an origin")
                return nil
            }
            return fields.pattern(CORSOrigins.pattern(text), at: "allow_origin_patterns", item: index)
        }
    }

    private static func check(_ origins: [String], _ fields: ConfigurationFields) {
        for (index, origin) in origins.enumerated() where origin != "*" && origin != "null" {
            if origin.contains("*") {
                fields.error(at: "allow_origins", item: index, "holds a *; expected it in allow_origin_patterns")
            } else if !isOrigin(origin) {
                fields.error(
                    at: "allow_origins",
                    item: index,
                    "found no origin; expected SCHEME://HOST or SCHEME://HOST:PORT, without a path"
                )
            }
        }
    }

    private static func checkNames(_ names: [String], at key: String, _ what: String, _ fields: ConfigurationFields) {
        for (index, name) in names.enumerated() where HeaderName(validating: name) == nil {
            fields.error(at: key, item: index, "found \(name.debugDescription); expected \(what)")
        }
    }

    private static func checkCredentials(
        _ origins: [String],
        _ patterns: [String],
        _ exposed: [String],
        _ fields: ConfigurationFields
    ) {
        if origins.contains("*") {
            fields.error(
                at: "allow_credentials",
                "found true beside allow_origins \"*\", which browsers refuse; expected allow_origin_patterns"
            )
        } else if origins.isEmpty, patterns.isEmpty {
            fields.error(
                at: "allow_credentials",
                "found true without allow_origins and allow_origin_patterns; expected one of them"
            )
        }
        if exposed.contains("*") {
            fields.warning(at: "expose_headers", "with credentials browsers take \"*\" for a header field of that name")
        }
    }
}

/// Whether a text has the form of an origin (RFC 6454, section 6.1), with a slash at its end or without.
private func isOrigin(_ text: String) -> Bool {
    guard let mark = text.firstRange(of: "://") else { return false }
    let scheme = text[..<mark.lowerBound]
    let authority =
        text[mark.upperBound...].hasSuffix("/") ? text[mark.upperBound...].dropLast() : text[mark.upperBound...]
    return !scheme.isEmpty && !authority.isEmpty
        && scheme.utf8.allSatisfy { isLetterOrDigit($0) || "+-.".utf8.contains($0) }
        && authority.utf8.allSatisfy { isLetterOrDigit($0) || "-._:[]%".utf8.contains($0) || $0 >= 0x80 }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (byte | 0x20) &- 0x61 < 26
}
