import FilterAPI

extension RouteConfiguration {
    /// Reads `upgrades`: names of protocols as the field `Upgrade` has them (RFC 9110, section 7.8), without case.
    static func upgrades(_ fields: ConfigurationFields) -> [String] {
        let texts = fields.strings(
            "upgrades",
            form: .listOrScalar,
            help: "Protocols that a client may change to, such as websocket; all others are dropped."
        )
        var seen: Set<String> = []
        for (index, text) in texts.enumerated() {
            if let mistake = mistake(inUpgrade: text) {
                fields.error(at: "upgrades", item: index, "found \(quoted(text)); \(mistake)")
            } else if !seen.insert(text.lowercased()).inserted {
                fields.error(at: "upgrades", item: index, "duplicate protocol \(quoted(text))")
            }
        }
        return texts.map { $0.lowercased() }
    }

    private static func mistake(inUpgrade text: String) -> String? {
        let name = text.lowercased()
        if name == "h2c" {
            return "h2c would lead requests past routes and filters; HTTP/2 clients need no upgrade, they begin with it"
        }
        if name.hasPrefix("http/") || name == "h2" || name.hasPrefix("tls/") {
            return "expected a protocol other than HTTP and TLS, which listeners and services speak by themselves"
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ isToken(String($0)) }) else {
            return "expected the name of a protocol such as websocket"
        }
        return nil
    }
}
