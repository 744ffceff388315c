import NIOSSL

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One PEM file, as it is read for TLS.
enum TLSFile {
    /// Larger files are no certificates.
    private static let limit = 4 << 20

    /// The certificates of a file, at least one.
    static func certificates(_ path: String, _ part: TLSFileError.Part) throws(TLSFileError) -> [NIOSSLCertificate] {
        let bytes = try self.read(path, part, "a PEM file with a certificate")
        let certificates = (try? NIOSSLCertificate.fromPEMBytes(bytes)) ?? []
        guard !certificates.isEmpty else {
            let message = "expected a PEM file with a certificate, but it holds none that can be read"
            throw TLSFileError(part: part, path: path, message: message)
        }
        return certificates
    }

    /// The key of a file.
    static func privateKey(_ path: String) throws(TLSFileError) -> NIOSSLPrivateKey {
        let bytes = try self.read(path, .privateKey, "a PEM file with a private key")
        guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            let message =
                "expected a PEM file with a private key without a passphrase, but it holds none that can be read"
            throw TLSFileError(part: .privateKey, path: path, message: message)
        }
        return key
    }

    private static func read(
        _ path: String,
        _ part: TLSFileError.Part,
        _ expected: String
    ) throws(TLSFileError) -> [UInt8] {
        guard let stamp = FileStamp(path), stamp.isRegularFile else {
            throw TLSFileError(part: part, path: path, message: "expected \(expected), but there is no such file")
        }
        guard stamp.size <= self.limit, let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
            throw TLSFileError(part: part, path: path, message: "expected \(expected), but the file cannot be read")
        }
        return [UInt8](data)
    }
}
