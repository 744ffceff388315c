package import FilterAPI

/// An item of `listeners`: where clients connect.
package struct ListenerConfiguration: Sendable {
    /// The name, unique among listeners.
    package let name: String
    /// Where it binds.
    package let address: SocketAddressText?
    /// The HTTP versions that it speaks; both by default.
    package let protocols: Set<HTTPProtocol>
    /// How connections are secured; clear text by default.
    package let tls: ListenerTLSConfiguration?
    /// Whether every connection begins with the header of the PROXY protocol; not by default.
    package let proxyProtocol: Bool
    /// The file's limits, with the listener's own over them.
    package let limits: LimitsConfiguration
    let nameReference: ConfigurationReference?
    /// Where the address stands.
    package let addressReference: ConfigurationReference?

    /// A version of HTTP.
    package enum HTTPProtocol: String, CaseIterable, Sendable {
        case http2
        case http1
    }

    init(_ fields: ConfigurationFields, limits base: LimitsConfiguration) {
        name = fields.requiredString("name", help: "Name of the listener.")
        address = fields.requiredParsed("address", help: "Where it binds: IP:PORT, [IPv6]:PORT or :PORT.") {
            (text) throws(ConfigurationMistake) in try SocketAddressText(listening: text)
        }
        protocols = ListenerConfiguration.protocols(fields)
        tls = fields.object("tls", help: "Certificates; without it connections are in clear text.") {
            ListenerTLSConfiguration($0)
        }
        proxyProtocol = fields.bool(
            "proxyProtocol",
            default: false,
            help: "Whether every connection begins with a PROXY header, version 1 or 2."
        )
        limits = fields.objectOrDefaults("limits", help: "Limits of this listener, over those of the file.") {
            LimitsConfiguration($0, over: base)
        }
        nameReference = fields.reference(at: "name")
        addressReference = fields.reference(at: "address")
    }

    private static func protocols(_ fields: ConfigurationFields) -> Set<HTTPProtocol> {
        let names = HTTPProtocol.allCases.map(\.rawValue)
        let texts = fields.strings(
            "protocols",
            form: .listOrScalar,
            default: names,
            help: "HTTP versions that it speaks."
        )
        if texts.isEmpty, fields.has("protocols") {
            fields.error(at: "protocols", "found no protocol; expected one or both of \(names.joined(separator: ", "))")
        }
        let references = fields.references(at: "protocols")
        var spoken: Set<HTTPProtocol> = []
        for (index, text) in texts.enumerated() {
            let shown = references.indices.contains(index) ? references[index].shown : quoted(text)
            guard let version = HTTPProtocol(rawValue: text) else {
                let expected = "expected one of \(names.joined(separator: ", "))"
                fields.error(at: "protocols", item: index, "found \(shown); \(expected)")
                continue
            }
            if !spoken.insert(version).inserted {
                fields.error(at: "protocols", item: index, "found \(shown) twice; expected each version once")
            }
        }
        return spoken
    }
}
