import FilterAPI

/// `internalRedirect` of a route: which redirects of its service the gateway follows itself.
///
/// Parts and defaults are those of Envoy's `internal_redirect_policy`, but for `sameHost`, which is on.
package struct InternalRedirectConfiguration: Sendable, Hashable {
    /// The statuses whose `Location` is followed.
    package let statuses: Set<Int>
    /// How many redirects a request may have behind it when the service answers with one more.
    package let maximum: Int
    /// Whether the target has to be on the host that the request names.
    package let keepsHost: Bool
    /// The schemes that a target may have; nil for the request's own alone.
    package let schemes: Set<String>?

    init(_ fields: ConfigurationFields) {
        statuses = InternalRedirectConfiguration.statuses(fields)
        maximum = fields.integer("maxRedirects", in: 1...10, default: 1, help: "Redirects of one request at most.")
        keepsHost = fields.bool(
            "sameHost",
            default: true,
            help: "Whether only targets on the request's host are followed."
        )
        schemes = InternalRedirectConfiguration.schemes(fields)
    }

    private static func statuses(_ fields: ConfigurationFields) -> Set<Int> {
        let texts = fields.strings(
            "statuses",
            form: .listOrScalar,
            default: ["302"],
            help: "Statuses whose Location is followed: 301, 302, 303, 307, 308."
        )
        if texts.isEmpty { fields.error(at: "statuses", "found no status; expected at least one") }
        var statuses: Set<Int> = []
        for (index, text) in texts.enumerated() {
            if let status = Int(text), [301, 302, 303, 307, 308].contains(status) {
                statuses.insert(status)
            } else {
                fields.error(
                    at: "statuses",
                    item: index,
                    "found \(quoted(text)); expected one of 301, 302, 303, 307, 308"
                )
            }
        }
        return statuses
    }

    private static func schemes(_ fields: ConfigurationFields) -> Set<String>? {
        let texts = fields.strings(
            "schemes",
            form: .listOrScalar,
            help: "Schemes that a target may have: http, https; default that of the request."
        )
        guard fields.has("schemes") else { return nil }
        if texts.isEmpty { fields.error(at: "schemes", "found no scheme; expected http, https or both") }
        for (index, text) in texts.enumerated() where !["http", "https"].contains(text) {
            fields.error(at: "schemes", item: index, "found \(quoted(text)); expected http or https")
        }
        return Set(texts)
    }
}
