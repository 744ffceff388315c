package import FilterAPI

/// `tls` of a service: how the gateway proves and checks identity towards it.
package struct UpstreamTLSConfiguration: Sendable {
    /// Whether the service's certificate is checked.
    package let verify: Bool
    /// A PEM file of the roots to trust, instead of the system's.
    package let trustRoots: String?
    /// A PEM file with the gateway's own certificate chain.
    package let certificate: String?
    /// A PEM file with the key of that certificate.
    package let privateKey: String?
    /// Where the files are named.
    package let trustRootsReference: ConfigurationReference?
    package let certificateReference: ConfigurationReference?
    package let privateKeyReference: ConfigurationReference?

    init(_ fields: ConfigurationFields) {
        func path(_ key: String, _ help: String) -> String? {
            fields.string(key, help: help).map { resolvedPath($0, beside: fields.position.file) }
        }
        verify = fields.bool("verify", default: true, help: "Whether the service's certificate is checked.")
        trustRoots = path("trustRoots", "PEM file of the roots to trust; default: the system's.")
        certificate = path("certificate", "PEM file with the gateway's own certificate.")
        privateKey = path("privateKey", "PEM file with the key of that certificate.")
        trustRootsReference = fields.reference(at: "trustRoots")
        certificateReference = fields.reference(at: "certificate")
        privateKeyReference = fields.reference(at: "privateKey")
        if (certificate == nil) != (privateKey == nil) {
            fields.error("\"certificate\" and \"privateKey\" need each other")
        }
        if !verify, trustRoots != nil {
            fields.warning(at: "trustRoots", "has no effect, because \"verify\" is false")
        }
    }
}
