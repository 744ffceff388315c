import FilterAPI
import NIOCore

/// What a provider sends to its service: the part of a call that is its own.
struct ProviderRequest: Sendable {
    var method: HTTPMethod = .post
    /// Path and query, percent-encoded.
    var path: String
    /// The fields beside `content-type` and `accept`.
    var headers: HeaderFields = [:]
    /// A JSON text.
    var body: ByteBuffer
    /// What must not get into the log when the service repeats it, beside the values of `headers`.
    var credentials: [String] = []

    /// A request whose body is one JSON object.
    init(
        _ method: HTTPMethod = .post,
        _ path: String,
        headers: HeaderFields = [:],
        credentials: [String] = [],
        object: (inout JSONWriter) -> Void
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.credentials = credentials
        var writer = JSONWriter()
        writer.object(object)
        self.body = writer.bytes
    }
}

/// What a provider may have to know to make a request, beside what it asks.
struct ProviderCall: Sendable, Hashable {
    /// The `Host` that the request will carry.
    var host: String
    /// The time in seconds since 1970, for services that want requests signed with it.
    var secondsSince1970: Int
}

extension HeaderFields {
    /// `Authorization: Bearer`.
    static func bearer(_ key: Secret) -> HeaderFields { [.authorization: "Bearer \(key.reveal())"] }
}
