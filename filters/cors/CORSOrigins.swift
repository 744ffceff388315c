import FilterAPI

/// The origins that are allowed, compared without case.
struct CORSOrigins: Sendable {
    /// Whether every origin is allowed, and none is told apart from another.
    let isAny: Bool
    private let exact: Set<String>
    private let patterns: [Pattern]

    /// Makes the set; `patterns` are those of ``pattern(_:)``.
    init(exact: [String], patterns: [Pattern]) {
        self.isAny = exact.contains("*")
        self.exact = Set(exact.map { CORSOrigins.normalised($0) })
        self.patterns = patterns
    }

    /// Whether an origin as the client sent it is allowed.
    func allow(_ origin: String) -> Bool {
        if self.isAny { return true }
        let origin = CORSOrigins.normalised(origin)
        return self.exact.contains(origin) || self.patterns.contains { $0.matches(origin) }
    }

    /// An origin in lower case and without a slash at its end.
    static func normalised(_ origin: String) -> String {
        let lowered = withoutBlanks(origin).lowercased()
        return lowered.hasSuffix("/") ? String(lowered.dropLast()) : lowered
    }

    /// The expression that a pattern such as `https://*.example.com:[8080,9090]` stands for.
    ///
    /// `*` is any part of a host or a port, and never more: the expression is anchored, and `*` matches neither `/` nor `:`
    /// nor `@`. `:[*]` at the end is any port or none, `:[80,90]` one of those. Without a scheme any scheme matches. A bare
    /// `*` matches every origin, `null` too.
    static func pattern(_ text: String) -> String {
        var text = self.normalised(text)
        if text == "*" { return "" }
        var port = ""
        if text.hasSuffix("]"), let start = text.firstRange(of: ":["), start.upperBound < text.endIndex {
            let ports = text[start.upperBound...].dropLast()
            if ports == "*" || ports.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "," }) {
                port = ports == "*" ? "(?::[0-9]+)?" : ":(?:\(ports.replacing(",", with: "|")))"
                text = String(text[..<start.lowerBound])
            }
        }
        let scheme = text.contains("://") ? "" : "[a-z][a-z0-9+.-]*://"
        return "^\(scheme)\(literalPattern(text).replacing("\\*", with: "[a-z0-9._-]*"))\(port)$"
    }
}
