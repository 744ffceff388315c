import FilterAPI

/// Gives each request one id, which the upstream, the client and the access log see.
///
/// The gateway gives every request an `x-request-id` before the first filter, unless a trusted proxy sent one. This filter
/// hands it to the client, and can do both under another name.
final class RequestID: Filter, RequestHeadHook, ResponseFieldsHook {
    static let name = "request-id"
    static let summary = "Sets the request's id for upstream, client and access log."

    private let header: HeaderName
    private let overrides: Bool
    private let isAnswered: Bool

    init(_ configuration: RequestIDConfiguration, _ environment: FilterEnvironment) {
        self.header = configuration.header
        self.overrides = configuration.overrides
        self.isAnswered = configuration.isAnswered
    }

    func requestHead(_ stream: StreamContext) -> FilterAction {
        let isThere = stream.request.headers.withValueBytes(of: .xRequestId, isUsable) ?? false
        if self.overrides || !isThere { stream.request.headers.set(.xRequestId, UniqueID.random()) }
        // What a client says under the other name does not count: who may say it is decided for `x-request-id`.
        if self.header != .xRequestId, let id = stream.request.headers[.xRequestId] {
            stream.request.headers.set(self.header, id)
        }
        return .continue
    }

    func responseHead(_ stream: StreamContext) -> FilterAction {
        if self.isAnswered, let id = stream.request.headers[.xRequestId] {
            stream.response.headers.set(self.header, id)
        }
        return .continue
    }
}

/// Whether an id that somebody sent is one that logs and other services can take: 1 to 128 visible ASCII characters.
private func isUsable(_ id: UnsafeRawBufferPointer) -> Bool {
    (1...128).contains(id.count) && id.allSatisfy { (0x21...0x7E).contains($0) }
}
