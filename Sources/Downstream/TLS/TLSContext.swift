import NIOSSL

/// One certificate, ready for connections of all event loops: a session ticket from one of them is good on every other.
///
/// Each certificate has tickets of its own, so a session that began under one is never resumed under another, whose
/// demands on clients may differ.
final class TLSContext: Sendable {
    let settings: TLSSettings.Certificate
    let identity: TLSIdentity
    /// The hosts that it is for.
    let names: [String]
    let context: NIOSSLContext

    /// - Throws: ``TLSFileError`` when certificate and key do not belong together.
    init(
        _ settings: TLSSettings.Certificate,
        _ identity: TLSIdentity,
        minimumVersion: TLSSettings.MinimumVersion,
        protocols: ListenerProtocols
    ) throws(TLSFileError) {
        self.settings = settings
        self.identity = identity
        self.names = settings.domains.isEmpty ? identity.names : settings.domains
        let configuration = TLSContext.configuration(settings, identity, minimumVersion, protocols)
        do {
            self.context = try NIOSSLContext(configuration: configuration)
        } catch NIOSSLError.failedToLoadPrivateKey {
            throw TLSFileError(
                part: .privateKey,
                path: settings.privateKey,
                message: "expected the key of \(settings.chain), but it belongs to another certificate"
            )
        } catch {
            throw TLSFileError(part: .chain, path: settings.chain, message: "cannot be used: \(error)")
        }
    }

    /// Whether the certificate is for a normalised host.
    func covers(_ host: String) -> Bool {
        var own = ServerNames()
        for name in self.names { own.insert(name, certificate: 0) }
        return own.certificate(for: host) != nil
    }

    private static func configuration(
        _ settings: TLSSettings.Certificate,
        _ identity: TLSIdentity,
        _ minimumVersion: TLSSettings.MinimumVersion,
        _ protocols: ListenerProtocols
    ) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: identity.chain.map { .certificate($0) },
            privateKey: .privateKey(identity.privateKey)
        )
        configuration.minimumTLSVersion = minimumVersion == .tls13 ? .tlsv13 : .tlsv12
        configuration.applicationProtocols = protocols.applicationProtocols
        configuration.cipherSuites = TLSContext.cipherSuites
        configuration.renegotiationSupport = .none
        guard let clients = settings.clientAuthentication else { return configuration }
        configuration.certificateVerification = clients.isRequired ? .noHostnameVerification : .optionalVerification
        configuration.trustRoots = .certificates(identity.clientRoots)
        configuration.sendCANameList = true
        return configuration
    }

    /// Only suites with forward secrecy and authenticated encryption: others are not to be used with HTTP/2 (RFC 9113,
    /// section 9.2.2). TLS 1.3 has no others.
    private static let cipherSuites = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
    ].joined(separator: ":")
}
