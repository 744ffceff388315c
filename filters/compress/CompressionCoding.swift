/// How a body can be compressed.
///
/// Source: RFC 9110, sections 8.4.1.2 and 8.4.1.3.
enum CompressionCoding: String, Sendable, CaseIterable {
    case gzip
    case deflate
}
