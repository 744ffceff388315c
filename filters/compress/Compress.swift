import FilterAPI
import NIOCore

/// Compresses responses for clients that can unpack them.
///
/// Works part by part: nothing is collected, and what an upstream sends without announcing a length leaves at once. A
/// response that is not compressed costs a look at its head; the filter then leaves the stream, so that the length of the
/// body stays announced.
final class Compress: Filter, RequestHeadHook, ResponseHeadHook, ResponseBodyHook {
    static let name = "compress"
    static let summary = "Compresses responses with gzip or deflate."

    private let entry: String
    private let codings: [CompressionCoding]
    private let level: DeflateLevel
    private let rules: CompressionRules

    init(_ configuration: CompressConfiguration, _ environment: FilterEnvironment) {
        self.entry = environment.name
        self.codings = configuration.codings
        self.level = configuration.level
        self.rules = CompressionRules(minimumSize: configuration.minimumSize, types: configuration.types)
    }

    /// Notes what the client accepts: filters behind this one take the field from the request when they read answers.
    func requestHead(_ stream: StreamContext) -> FilterAction {
        if let coding = AcceptedCodings(stream.request.headers).best(of: self.codings) {
            stream.attributes[.acceptedCoding(self.entry)] = coding
        }
        return .continue
    }

    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard self.rules.apply(to: stream.response, of: stream.request) else { return self.leave(stream) }
        addVary("accept-encoding", "Accept-Encoding", to: &stream.response.headers)
        guard let coding = self.acceptedCoding(of: stream) else { return self.leave(stream) }
        let length = contentLength(of: stream.response.headers)
        describe(coding, in: &stream.response.headers)
        // The answer to HEAD says what GET would get, and has no body.
        guard stream.request.method != .head else { return self.leave(stream) }
        let encoder = BodyEncoder(coding, level: self.level, expectedSize: length)
        stream.attributes[.compressedBody(self.entry)] = CompressedBody(encoder, flushes: length == nil)
        return .continue
    }

    func responseBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        if let body = stream.attributes[.compressedBody(self.entry)] { body.encode(&chunk, end: end) }
        return .continue
    }

    /// What was noted, or what the request says now: filters before this one may have answered in its place.
    private func acceptedCoding(of stream: StreamContext) -> CompressionCoding? {
        stream.attributes[.acceptedCoding(self.entry)] ?? AcceptedCodings(stream.request.headers).best(of: self.codings)
    }

    private func leave(_ stream: StreamContext) -> FilterAction {
        stream.skip(filter: self.entry)
        return .continue
    }
}

/// The body that a stream compresses; touched on the stream's event loop alone.
private final class CompressedBody: @unchecked Sendable {
    private var encoder: BodyEncoder
    private let flushes: Bool

    init(_ encoder: BodyEncoder, flushes: Bool) {
        self.encoder = encoder
        self.flushes = flushes
    }

    func encode(_ chunk: inout ByteBuffer, end: Bool) {
        chunk = self.encoder.encode(chunk, end ? .finish : self.flushes ? .sync : .none)
    }
}

extension AttributeKey where Value == CompressedBody {
    fileprivate static func compressedBody(_ entry: String) -> AttributeKey<CompressedBody> { AttributeKey(entry) }
}

extension AttributeKey where Value == CompressionCoding {
    fileprivate static func acceptedCoding(_ entry: String) -> AttributeKey<CompressionCoding> { AttributeKey(entry) }
}

/// Says in the head of a response that its body is compressed.
private func describe(_ coding: CompressionCoding, in headers: inout HeaderFields) {
    headers.set(.contentEncoding, coding.rawValue)
    headers.remove(.contentLength)
    // Ranges and digests are those of the body as it was.
    for name in uncompressedOnly { headers.remove(name) }
    // Bodies of two codings are equal in meaning, not byte for byte (RFC 9110, section 8.8.1).
    if let tag = headers[.eTag], !tag.hasPrefix("W/") { headers.set(.eTag, "W/\(tag)") }
}

private let uncompressedOnly: [HeaderName] = [
    .acceptRanges, "content-md5", "digest", "content-digest", "repr-digest",
]
