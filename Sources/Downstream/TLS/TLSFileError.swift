/// What is wrong with a file that TLS needs.
package struct TLSFileError: Error, CustomStringConvertible {
    /// Which of a certificate's files is meant.
    package enum Part: Sendable {
        case chain
        case privateKey
        case trustRoots
    }

    /// Which file.
    package let part: Part
    /// Its path.
    package let path: String
    /// What was expected of it, and what is wrong.
    package let message: String

    package var description: String { "\(self.path): \(self.message)" }
}
