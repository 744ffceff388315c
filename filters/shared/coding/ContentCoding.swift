import NIOCore

/// How the body of an answer is compressed.
///
/// Source: RFC 9110, section 8.4.1.
enum ContentCoding: Sendable, Hashable {
    case identity, gzip, deflate

    /// Reads `Content-Encoding`; `nil` for codings, or several at once, that are not understood.
    init?(headerValue: String?) {
        switch (headerValue ?? "").lowercased().filter({ $0 != " " && $0 != "\t" }) {
        case "", "identity": self = .identity
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        default: return nil
        }
    }

    /// The body as it was before, or `nil` when it is damaged or longer than `limit`.
    func decode(_ body: ByteBuffer, limit: Int) -> ByteBuffer? {
        if self == .identity { return body }
        let plain = body.withUnsafeReadableBytes { bytes in
            self == .gzip ? Inflate.gzip(bytes, limit: limit) : Inflate.deflate(bytes, limit: limit)
        }
        return plain.map { ByteBuffer(bytes: $0) }
    }
}
