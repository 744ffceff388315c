/// How the connections of one listener are secured.
package struct TLSSettings: Sendable, Hashable {
    /// The oldest version of TLS that is spoken.
    package enum MinimumVersion: Sendable, Hashable {
        case tls12
        case tls13
    }

    /// Whose certificates clients show.
    package struct ClientAuthentication: Sendable, Hashable {
        /// The PEM file with the authorities that clients' certificates come from.
        package var trustRoots: String
        /// Whether a client without a certificate is refused; one with a wrong certificate always is.
        package var isRequired: Bool

        package init(trustRoots: String, isRequired: Bool) {
            self.trustRoots = trustRoots
            self.isRequired = isRequired
        }
    }

    /// A certificate and what belongs to it.
    package struct Certificate: Sendable, Hashable {
        /// The PEM file with the chain, the gateway's own certificate first.
        package var chain: String
        /// The PEM file with the key.
        package var privateKey: String
        /// The hosts that it is for, in lower case; empty for those that it names.
        package var domains: [String]
        /// What is asked of clients of these hosts; `nil` for nothing.
        package var clientAuthentication: ClientAuthentication?

        package init(
            chain: String,
            privateKey: String,
            domains: [String] = [],
            clientAuthentication: ClientAuthentication? = nil
        ) {
            self.chain = chain
            self.privateKey = privateKey
            self.domains = domains
            self.clientAuthentication = clientAuthentication
        }
    }

    /// At least one; the first is for clients that name no host, or one that no certificate is for.
    package var certificates: [Certificate]
    package var minimumVersion: MinimumVersion
    /// What the listener speaks.
    package var protocols: ListenerProtocols

    package init(
        certificates: [Certificate],
        minimumVersion: MinimumVersion = .tls12,
        protocols: ListenerProtocols = .all
    ) {
        self.certificates = certificates
        self.minimumVersion = minimumVersion
        self.protocols = protocols
    }
}
