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
        if self.exact.contains(origin) { return true }
        guard !self.patterns.isEmpty else { return false }
        // A pattern may name the port that browsers leave out.
        let whole = CORSOrigins.withPort(origin)
        return self.patterns.contains { $0.matches(origin) || $0.matches(whole) }
    }

    /// The ports that browsers leave out.
    private static let defaultPorts = [(scheme: "https://", port: ":443"), (scheme: "http://", port: ":80")]

    /// An origin in lower case, without a slash at its end, and without the port that its scheme has anyhow.
    ///
    /// Source: the HTML standard, section 7.1.1, "ASCII serialisation of an origin".
    static func normalised(_ origin: String) -> String {
        let lowered = withoutBlanks(origin).lowercased()
        let bare = lowered.hasSuffix("/") ? String(lowered.dropLast()) : lowered
        for (scheme, port) in self.defaultPorts where bare.hasPrefix(scheme) && bare.hasSuffix(port) {
            return String(bare.dropLast(port.count))
        }
        return bare
    }

    /// A normalised origin with the port that was left out.
    private static func withPort(_ origin: String) -> String {
        for (scheme, port) in self.defaultPorts where origin.hasPrefix(scheme) {
            let host = origin.dropFirst(scheme.count)
            let end = host.lastIndex(of: "]") ?? host.startIndex
            return host[end...].contains(":") ? origin : origin + port
        }
        return origin
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
