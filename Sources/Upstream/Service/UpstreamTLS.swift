/// How the gateway's side of TLS to a service is set up.
package struct UpstreamTLS: Sendable, Hashable {
    /// Whether the certificate is verified, chain and name.
    package var verify: Bool
    /// The path of a PEM file with the only authorities to trust; `nil` for those of the system.
    package var trustRoots: String?
    /// The path of a PEM file with the chain that the gateway presents; `nil` for none.
    package var certificate: String?
    /// The path of a PEM file with the key of ``certificate``.
    package var privateKey: String?

    package init(
        verify: Bool = true,
        trustRoots: String? = nil,
        certificate: String? = nil,
        privateKey: String? = nil
    ) {
        self.verify = verify
        self.trustRoots = trustRoots
        self.certificate = certificate
        self.privateKey = privateKey
    }
}
