import FilterAPI

/// `redirect` of a route: where the client is sent. What is not named stays as in the request.
package struct RedirectConfiguration: Sendable, Hashable {
    /// How the path is changed.
    package enum Path: Sendable, Hashable {
        /// The matched prefix is replaced; the rest and the query stay.
        case prefix(String)
        /// The whole path is replaced; the query stays.
        case whole(String)
    }

    /// `http` or `https`, instead of the request's.
    package let scheme: String?
    /// The authority, instead of the request's.
    package let host: String?
    /// How the path is changed, if it is.
    package let path: Path?
    /// The status: 301 by default, as in Envoy, whose redirect has the same parts.
    package let status: Int

    init(_ fields: ConfigurationFields) {
        let schemes = ["https", "http"].map { ($0, $0) }
        scheme = fields.choice("scheme", spellings: schemes, help: "The scheme; default: as in the request.")
        host = fields.parsed("host", help: "The host; default: as in the request.", authority)
        let whole = fields.parsed("path", help: "Replaces the whole path.", absolutePath).map(Path.whole)
        let prefix = fields.parsed("prefix", help: "Replaces the matched prefix.", absolutePath).map(Path.prefix)
        path = whole ?? prefix
        let statuses = [301, 302, 303, 307, 308].map { ("\($0)", $0) }
        status = fields.choice("status", spellings: statuses, default: 301, defaultText: "301", help: "The status.")
        if fields.has("path"), fields.has("prefix") {
            fields.error(at: "prefix", "found path and prefix; expected at most one of them")
        }
        if !fields.isDescribing, !["scheme", "host", "path", "prefix"].contains(where: fields.has) {
            fields.error("found no target; expected scheme, host, path or prefix")
        }
    }
}
