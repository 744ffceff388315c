import NIOSSL

/// What the files of one certificate hold.
struct TLSIdentity: Sendable, Equatable {
    let chain: [NIOSSLCertificate]
    let privateKey: NIOSSLPrivateKey
    /// The authorities of clients; empty when none is asked for a certificate.
    let clientRoots: [NIOSSLCertificate]

    /// Reads the files.
    init(_ settings: TLSSettings.Certificate) throws(TLSFileError) {
        self.chain = try TLSFile.certificates(settings.chain, .chain)
        self.privateKey = try TLSFile.privateKey(settings.privateKey)
        if let clients = settings.clientAuthentication {
            self.clientRoots = try TLSFile.certificates(clients.trustRoots, .trustRoots)
        } else {
            self.clientRoots = []
        }
    }

    /// The hosts that the certificate is for: its alternative names, or without any its common name, as older tools make
    /// certificates (RFC 6125, section 6.4.4).
    var names: [String] {
        guard let leaf = self.chain.first else { return [] }
        let names = leaf._subjectAlternativeNames().filter { $0.nameType == .dnsName }.map { name in
            name.contents.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        }
        let common = leaf.subjectName.filter { $0.type == .commonName }.map(\.value)
        return (names.isEmpty ? common : names).map { ServerNames.normalised($0) }.filter { !$0.isEmpty }
    }
}
