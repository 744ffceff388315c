import FilterAPI
import NIOCore

/// What an authority is asked, and what becomes of its answer.
struct AuthorityExchange: Sendable {
    private let authority: Authority
    /// The fields of its answer that the upstream sees, when each of them is named; `nil` when some are described.
    private let upstreamNames: [HeaderName]?

    init(_ authority: Authority) {
        self.authority = authority
        let names = authority.allowedUpstreamHeaders.compactMap { matcher -> String? in
            guard case .exact(let name) = matcher else { return nil }
            return name
        }
        let areAll = names.count == authority.allowedUpstreamHeaders.count
        self.upstreamNames = areAll ? names.filter { Self.isSaid($0) }.map { HeaderName($0) } : nil
    }

    /// Fields that belong to one connection or frame a message; nothing takes them over.
    private static let unshared: Set<String> = [
        "host", "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "expect", "content-length",
    ]

    /// Whether a field that the upstream may see can only be the authority's or a client's; a client's `x-mse-consumer` never
    /// comes so far, and another filter may have set it.
    private static func isSaid(_ name: String) -> Bool { !self.unshared.contains(name) && name != "x-mse-consumer" }

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
        // All of them: the upstream gets all of them, and may believe another one than the first.
        for value in request.headers.values(of: .authorization) { headers.add(.authorization, value) }
        for (name, value) in self.authority.headersToAdd { headers.set(name, value.reveal()) }
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

    /// Removes what would pass for the authority's word from a request about which it has said nothing.
    func removeUnsaid(from request: inout RequestHead) {
        if let names = self.upstreamNames {
            for name in names { request.headers.remove(name) }
        } else {
            let allowed = self.authority.allowedUpstreamHeaders
            request.headers.removeAll { name, _ in Self.isSaid(name) && allowed.matches(name) }
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
