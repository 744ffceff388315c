import NIOSSL

/// A file for TLS to a service that cannot be used.
package struct UpstreamTLSFileError: Error, Sendable {
    /// Which of the files.
    package enum Part: Sendable {
        case trustRoots
        case certificate
        case privateKey
    }

    package let part: Part
    /// What was expected of it, and what is wrong.
    package let message: String
}

extension UpstreamTLS {
    /// What is wrong with the files; none when TLS can be set up with them. Reads them: not for an event loop.
    package func fileErrors() -> [UpstreamTLSFileError] {
        var errors: [UpstreamTLSFileError] = []
        let check = { (part: UpstreamTLSFileError.Part, path: String?, what: String, read: (String) throws -> Bool) in
            guard let path else { return }
            do {
                if try !read(path) { errors.append(UpstreamTLSFileError(part: part, message: "expected \(what)")) }
            } catch {
                errors.append(UpstreamTLSFileError(part: part, message: "expected \(what) (\(error))"))
            }
        }
        let hasCertificates = { (path: String) in try !NIOSSLCertificate.fromPEMFile(path).isEmpty }
        check(.trustRoots, self.trustRoots, "a PEM file with authorities", hasCertificates)
        check(.certificate, self.certificate, "a PEM file with a certificate", hasCertificates)
        check(.privateKey, self.privateKey, "a PEM file with a private key without passphrase") { path in
            _ = try NIOSSLPrivateKey(file: path, format: .pem)
            return true
        }
        guard errors.isEmpty else { return errors }
        do {
            _ = try NIOSSLContext(configuration: try TLSConfiguration(self))
            return []
        } catch {
            return [UpstreamTLSFileError(part: .privateKey, message: "expected the key of the certificate (\(error))")]
        }
    }
}
