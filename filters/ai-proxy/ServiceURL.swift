import FilterAPI

/// A URL of a provider: host, path and query.
struct ServiceURL: Sendable, Hashable {
    let host: String
    /// Without a `/` at its end; empty for none.
    let path: String
    /// Without `?`; `nil` for none.
    let query: String?

    /// Reads `https://host[:port][/path][?query]`; the service says how it is reached, so the scheme may be left out.
    init(_ text: String) throws(ConfigurationMistake) {
        var rest = text[...]
        if let scheme = ["https://", "http://"].first(where: { rest.hasPrefix($0) }) {
            rest = rest.dropFirst(scheme.count)
        } else if rest.contains("://") {
            throw ConfigurationMistake("expected a URL that begins with https:// or http://")
        }
        let mark = rest.firstIndex(of: "?")
        self.query = mark.map { String(rest[rest.index(after: $0)...]) }
        rest = rest[..<(mark ?? rest.endIndex)]
        self.host = String(rest.prefix { $0 != "/" })
        var path = String(rest.dropFirst(self.host.count))
        while path.hasSuffix("/") { path.removeLast() }
        self.path = path
        guard !self.host.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            throw ConfigurationMistake("expected a URL such as https://api.example.com/v1")
        }
    }
}
