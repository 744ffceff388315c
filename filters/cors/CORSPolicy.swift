import FilterAPI

/// Which requests of other origins may pass.
///
/// Source: the Fetch standard, section 3.3; that a request of a forbidden origin is refused, and not only kept from the
/// script, is what Higress' plugin does.
struct CORSPolicy: Sendable {
    /// What becomes of a request that names its origin.
    enum Verdict: Sendable, Hashable {
        /// The page and the resource are of one origin: nothing to allow.
        case sameOrigin(isPreflight: Bool)
        /// The origin may read the response; as the client sent it.
        case allowed(String, isPreflight: Bool)
        /// The request does not pass.
        case forbidden(Reason)
    }

    /// Why a request does not pass.
    enum Reason: String, Sendable, Hashable {
        case origin = "origin_forbidden"
        case method = "method_forbidden"
        case headers = "headers_forbidden"
    }

    /// A list whose `*` stands for everything.
    struct Names: Sendable {
        let names: [String]
        let isAny: Bool

        init(_ names: [String]) {
            self.names = names
            self.isAny = names.contains("*")
        }

        /// The names as a field carries them.
        var joined: String { self.names.joined(separator: ",") }
    }

    let origins: CORSOrigins
    let methods: Names
    let headers: Names
    let exposed: Names
    let allowsCredentials: Bool
    /// For how long a browser may keep the answer to a preflight, in seconds.
    let maximumAge: Int

    /// Whether the answer to one origin may differ from that to another.
    var dependsOnOrigin: Bool { !self.origins.isAny }

    /// What becomes of a request that has an `Origin` field.
    func verdict(on request: RequestHead) -> Verdict {
        guard let origin = request.headers.combinedValue(of: .origin) else { return .sameOrigin(isPreflight: false) }
        let asked = request.method == .options ? request.headers[.accessControlRequestMethod] : nil
        let isPreflight = asked != nil
        if isSameOrigin(origin, request) { return .sameOrigin(isPreflight: isPreflight) }
        guard self.origins.allow(origin) else { return .forbidden(.origin) }
        guard self.allowsMethod(withoutBlanks(asked ?? request.method.rawValue)) else { return .forbidden(.method) }
        guard !isPreflight || self.allowsHeaders(request) else { return .forbidden(.headers) }
        return .allowed(origin, isPreflight: isPreflight)
    }

    private func allowsMethod(_ method: String) -> Bool {
        if self.methods.isAny { return true }
        // Who may GET may ask for the head of it too.
        let method = method.uppercased()
        return self.methods.names.contains { $0 == method || $0 == "GET" && method == "HEAD" }
    }

    private func allowsHeaders(_ request: RequestHead) -> Bool {
        guard !self.headers.isAny, let asked = request.headers.combinedValue(of: .accessControlRequestHeaders) else {
            return true
        }
        return asked.split(separator: ",").map { withoutBlanks($0).lowercased() }.allSatisfy { name in
            name.isEmpty || self.headers.names.contains { $0.lowercased() == name }
        }
    }
}

/// Whether an origin is that of the request's own target: scheme, host and port.
private func isSameOrigin(_ origin: String, _ request: RequestHead) -> Bool {
    let scheme = (request.headers[.xForwardedProto] ?? request.scheme.rawValue).lowercased()
    let origin = origin.lowercased()
    let front = scheme + "://"
    guard origin.utf8.starts(with: front.utf8) else { return false }
    let authority = origin[origin.utf8.index(origin.startIndex, offsetBy: front.utf8.count)...]
    return withoutDefaultPort(authority, scheme) == withoutDefaultPort(request.authority.lowercased()[...], scheme)
}

private func withoutDefaultPort(_ authority: Substring, _ scheme: String) -> Substring {
    let suffix = scheme == "https" ? ":443" : ":80"
    return authority.hasSuffix(suffix) ? authority.dropLast(suffix.count) : authority
}
