package import FilterAPI

/// `tls` of a listener: which certificates it presents, and what it asks of clients.
package struct ListenerTLSConfiguration: Sendable {
    /// The oldest version of TLS that is spoken.
    package enum MinimumVersion: String, CaseIterable, Sendable {
        case tls12 = "1.2"
        case tls13 = "1.3"
    }

    /// The certificates; the first one is presented to clients that name no host, or one that no certificate is for.
    package let certificates: [ListenerCertificateConfiguration]
    /// TLS 1.2 by default.
    package let minimumVersion: MinimumVersion
    /// Which certificates clients show; by default none is asked for.
    package let clientAuthentication: ClientAuthenticationConfiguration?

    init(_ fields: ConfigurationFields) {
        certificates = fields.objects("certificates", isRequired: true, help: "What the listener presents.") {
            ListenerCertificateConfiguration($0)
        }
        minimumVersion = fields.choice("minimumVersion", default: .tls12, help: "Oldest version of TLS.")
        clientAuthentication = fields.object("clientAuthentication", help: "Which certificates clients show.") {
            ClientAuthenticationConfiguration($0)
        }
    }
}

/// An item of `tls.certificates`: a certificate, its key and the hosts that it is for.
package struct ListenerCertificateConfiguration: Sendable {
    /// The PEM file with the certificate, followed by those of the authorities between it and the root.
    package let certificate: String
    /// The PEM file with the key.
    package let privateKey: String
    /// The hosts, in lower case; empty for those that the certificate names.
    package let domains: [String]
    /// What this certificate's hosts ask of clients; `nil` for what the listener does.
    package let clientAuthentication: ClientAuthenticationConfiguration?
    /// Where the file with the certificate is named.
    package let certificateReference: ConfigurationReference?
    /// Where the file with the key is named.
    package let privateKeyReference: ConfigurationReference?
    /// Where the domains are named, one each.
    package let domainReferences: [ConfigurationReference]

    init(_ fields: ConfigurationFields) {
        let file = fields.position.file
        certificate = resolvedPath(
            fields.requiredString("certificate", help: "PEM file with the certificate and its chain."),
            beside: file
        )
        privateKey = resolvedPath(fields.requiredString("privateKey", help: "PEM file with the key."), beside: file)
        domains = ListenerCertificateConfiguration.domains(fields)
        clientAuthentication = fields.object("clientAuthentication", help: "Instead of the listener's.") {
            ClientAuthenticationConfiguration($0)
        }
        certificateReference = fields.reference(at: "certificate")
        privateKeyReference = fields.reference(at: "privateKey")
        domainReferences = fields.references(at: "domains")
    }

    private static func domains(_ fields: ConfigurationFields) -> [String] {
        let texts = fields.strings(
            "domains",
            form: .listOrScalar,
            help: "Hosts that it is for; default: those that it names."
        )
        if texts.isEmpty, fields.has("domains") {
            fields.error(at: "domains", "found no domain; expected at least one")
        }
        let references = fields.references(at: "domains")
        return texts.enumerated().compactMap { index, text in
            do throws(ConfigurationMistake) {
                return try HostName.certificateName(text)
            } catch {
                let shown = references.indices.contains(index) ? references[index].shown : quoted(text)
                fields.error(at: "domains", item: index, "found \(shown); \(error)")
                return nil
            }
        }
    }
}

/// `clientAuthentication`: whose certificates clients show.
package struct ClientAuthenticationConfiguration: Sendable {
    /// The PEM file with the authorities that clients' certificates come from.
    package let trustRoots: String
    /// Whether a client without a certificate is refused.
    package let required: Bool
    /// Where the file is named.
    package let trustRootsReference: ConfigurationReference?

    init(_ fields: ConfigurationFields) {
        trustRoots = resolvedPath(
            fields.requiredString("trustRoots", help: "PEM file with the authorities of clients."),
            beside: fields.position.file
        )
        required = fields.bool("required", default: true, help: "Whether clients without a certificate are refused.")
        trustRootsReference = fields.reference(at: "trustRoots")
    }
}
