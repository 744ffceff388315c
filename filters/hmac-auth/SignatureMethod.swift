import Crypto

/// How a signature is made.
///
/// Source: RFC 2104.
enum SignatureMethod: String, Sendable {
    case sha256 = "HmacSHA256"
    case sha1 = "HmacSHA1"

    /// Whether a signature, in base64, is that of a text. Takes the same time wherever they differ.
    func isValid(_ signature: UnsafeRawBufferPointer, of text: [UInt8], _ key: SymmetricKey) -> Bool {
        var expected = self.signature(of: text, key)
        return expected.withUTF8 { isEqualInConstantTime(UnsafeRawBufferPointer($0), signature) }
    }

    private func signature(of text: [UInt8], _ key: SymmetricKey) -> String {
        switch self {
        case .sha256: HMAC<SHA256>.authenticationCode(for: text, using: key).withUnsafeBytes { Base64.encode($0) }
        case .sha1: HMAC<Insecure.SHA1>.authenticationCode(for: text, using: key).withUnsafeBytes { Base64.encode($0) }
        }
    }
}
