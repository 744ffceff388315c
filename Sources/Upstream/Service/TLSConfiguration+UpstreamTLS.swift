import NIOSSL

extension TLSConfiguration {
    /// The client's side for one service; reads the files.
    init(_ tls: UpstreamTLS, applicationProtocols: [String] = []) throws {
        self = .makeClientConfiguration()
        self.applicationProtocols = applicationProtocols
        self.certificateVerification = tls.verify ? .fullVerification : .none
        if let trustRoots = tls.trustRoots {
            // Certificates instead of the path, so that comparing two configurations notices a changed file.
            self.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(trustRoots))
        }
        if let certificate = tls.certificate {
            self.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
        }
        if let privateKey = tls.privateKey {
            self.privateKey = .privateKey(try NIOSSLPrivateKey(file: privateKey, format: .pem))
        }
    }
}
