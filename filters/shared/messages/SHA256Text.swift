import Crypto

/// The SHA-256 digest of a text as lower-case hexadecimal digits.
func sha256(_ text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).withUnsafeBytes { Hexadecimal.text($0) }
}
