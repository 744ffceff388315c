import FilterAPI
import NIOCore

/// What an authority is asked, and what becomes of its answer.
struct AuthorityExchange: Sendable {
    private let authority: Authority

    init(_ authority: Authority) { self.authority = authority }

    /// Fields that belong to one connection or frame a message; nothing takes them over.
    private static let unshared: Set<String> = [
        "host", "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "expect", "content-length",
    ]

    /// The question about a request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - body: Its body, when the authority sees it.
    func question(_ request: RequestHead, _ body: ByteBuffer?) -> CalloutRequest {
        var headers = self.headers(request)
        let method: HTTPMethod
        let path: String
        switch self.authority.mode {
        case .envoy(let prefix):
            method = request.method
            path = prefix + request.path
        case .forwardAuth(let given, let ownPath):
            method = given
            path = ownPath
            headers[.xForwardedProto] = request.headers[.xForwardedProto] ?? request.scheme.rawValue
            headers["x-forwarded-method"] = request.method.rawValue
            headers[.xForwardedHost] = request.authority
            headers["x-forwarded-uri"] = request.path
        }
        return CalloutRequest(
            method: method,
            path: path,
            host: self.authority.service.host.isEmpty ? nil : self.authority.service.host,
            headers: headers,
            body: body ?? ByteBuffer(),
            timeout: self.authority.timeout
        )
    }

    private func headers(_ request: RequestHead) -> HeaderFields {
        var headers = HeaderFields()
        if !self.authority.allowedHeaders.isEmpty {
            for (name, value) in request.headers where self.isShown(name) && name != "authorization" {
                headers.add(HeaderName(name), value)
            }
        }
        for (name, value) in self.authority.headersToAdd { headers.set(name, value) }
        if let value = request.headers[.authorization] { headers[.authorization] = value }
        return headers
    }

    /// Whether the authority sees a field of the request.
    private func isShown(_ name: String) -> Bool {
        !Self.unshared.contains(name) && self.authority.allowedHeaders.matches(name)
    }

    /// Takes over what the authority says to the upstream.
    ///
    /// A client's field of such a name goes, since it would pass for the authority's, unless the authority has seen it.
    func apply(_ answer: CalloutResponse, to stream: StreamContext) {
        let allowed = self.authority.allowedUpstreamHeaders
        guard !allowed.isEmpty else { return }
        let said = answer.headers.filter { !Self.unshared.contains($0.name) && allowed.matches($0.name) }
        let names = Set(said.map(\.name))
        stream.request.headers.removeAll { name, _ in
            guard !Self.unshared.contains(name), allowed.matches(name) else { return false }
            return names.contains(name) || !(self.isShown(name) || name == "authorization")
        }
        for (name, value) in said {
            stream.request.headers.add(HeaderName(name), value)
            if name == "x-mse-consumer" { stream.consumer = value }
        }
    }

    /// The client's answer made of the authority's refusal.
    func refusal(_ answer: CalloutResponse, status: Int, detail: String) -> LocalResponse {
        var headers = HeaderFields()
        for (name, value) in answer.headers where !Self.unshared.contains(name) {
            if self.authority.allowedClientHeaders?.matches(name) ?? true { headers.add(HeaderName(name), value) }
        }
        let body: LocalResponse.Body = answer.body.readableBytes > 0 ? .bytes(answer.body) : .empty
        return LocalResponse(status: status, headers: headers, body: body, detail: detail)
    }
}
