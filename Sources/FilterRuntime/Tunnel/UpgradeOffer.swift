/// The protocols that a client would change to: a pure value.
package struct UpgradeOffer: Sendable, Hashable {
    /// How the client asks.
    package enum Form: Sendable, Hashable {
        /// By the field `Upgrade` (RFC 9110, section 7.8). The answer may be one of HTTP as well.
        case field
        /// By extended CONNECT (RFC 8441): it is a tunnel or nothing.
        case connect
    }

    /// What the client names, the best first, as it spells them.
    package let protocolNames: [String]
    /// How it asks.
    package let form: Form

    /// Reads the value of `Upgrade`, a list.
    package init(field value: String) {
        self.protocolNames = value.split(separator: ",").map { name in
            String(name.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
        self.form = .field
    }

    /// Takes the value of `:protocol`.
    package init(connect protocolName: String) {
        self.protocolNames = [protocolName]
        self.form = .connect
    }

    /// The first protocol among those that a route allows.
    ///
    /// - Parameters:
    ///   - allowed: Names in lower case; names of protocols are compared without case.
    ///   - isGet: Whether the request is a GET, as the handshake of a WebSocket has to be (RFC 6455, section 4.1).
    package func choice(of allowed: [String], isGet: Bool) -> String? {
        guard !allowed.isEmpty else { return nil }
        return self.protocolNames.first { name in
            let name = name.lowercased()
            return allowed.contains(name) && (isGet || name != "websocket")
        }
    }
}
