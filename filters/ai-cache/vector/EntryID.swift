import Crypto
import NIOCore

/// The name of an entry in vector stores: the same for the same scope and question, so that storing twice replaces.
///
/// Source: RFC 9562, section 5.5 (UUID version 5).
struct EntryID: Sendable, Hashable, CustomStringConvertible {
    /// The namespace of all entries.
    private static let namespace: [UInt8] = [
        0x5B, 0x1F, 0x0A, 0x6E, 0x3D, 0x84, 0x4C, 0x3B, 0x9E, 0x27, 0xC1, 0x5A, 0x70, 0xD9, 0xB6, 0x42,
    ]

    /// 36 characters: hexadecimal digits in five groups.
    let description: String

    /// - Parameters:
    ///   - scope: The digest of the scope; `nil` for none.
    ///   - question: The question.
    init(scope: String?, question: String) {
        var hash = Insecure.SHA1()
        hash.update(data: Self.namespace)
        hash.update(data: Array((scope ?? "").utf8))
        hash.update(data: [0x0A])
        hash.update(data: Array(question.utf8))
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array(bytes.withUnsafeBytes { Hexadecimal.text($0) }.utf8)
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(decoding: digits[$0], as: UTF8.self) }
        self.description = groups.joined(separator: "-")
    }
}
