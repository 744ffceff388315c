package import FilterAPI
import HTTP1

/// Where a `Location` leads: a pure value.
package struct RedirectTarget: Sendable, Hashable {
    package let scheme: RequestHead.Scheme
    /// The host with its port, if it names one; empty when neither the reference nor the request names a host.
    package let authority: String
    /// Path and query in the form in which requests have them.
    package let path: String

    /// Resolves a reference (RFC 9110, section 10.2.2; RFC 3986, section 5.2). Its fragment is dropped.
    ///
    /// - Parameters:
    ///   - location: The reference.
    ///   - request: What it is relative to.
    /// - Returns: `nil` for one that is empty, breaks the grammar, has user information, or leads elsewhere than to HTTP.
    package init?(_ location: String, of request: RequestHead) {
        guard !location.isEmpty, location.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        var rest = location.prefix { $0 != "#" }
        var scheme = request.clientScheme
        if let end = rest.firstIndex(where: { ":/?".contains($0) }), rest[end] == ":" {
            guard let named = RequestHead.Scheme(rawValue: rest[..<end].lowercased()) else { return nil }
            scheme = named
            rest = rest[rest.index(after: end)...]
            guard rest.hasPrefix("//") else { return nil }
        }
        var authority = request.authority
        if rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            authority = String(rest.prefix { $0 != "/" && $0 != "?" })
            guard RedirectTarget.isAuthority(authority) else { return nil }
            rest = rest.dropFirst(authority.count)
            if rest.first != "/" { rest = Substring("/\(rest)") }
        }
        guard let path = RedirectTarget.path(rest, relativeTo: request.path) else { return nil }
        self.scheme = scheme
        self.authority = authority
        self.path = path
    }

    private static func isAuthority(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { Authority.isValid(UnsafeRawBufferPointer($0)) }
    }

    private static func path(_ reference: Substring, relativeTo base: String) -> String? {
        var text = RedirectTarget.merged(reference, base)
        let outcome = text.withUTF8 { TargetNormalisation.normalise(UnsafeRawBufferPointer($0)) }
        switch outcome {
        case .unchanged: return text
        case .changed(let path): return path
        case .invalid: return nil
        }
    }

    /// Source: RFC 3986, section 5.2.3. Dot segments stay.
    private static func merged(_ reference: Substring, _ base: String) -> String {
        if reference.first == "/" { return String(reference) }
        let path = base.prefix { $0 != "?" }
        guard let first = reference.first else { return base }
        if first == "?" { return "\(path)\(reference)" }
        let directory = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return "\(directory)\(reference)"
    }
}

extension RedirectTarget {
    /// Whether the host is that of an authority, whatever the port of either.
    func isOnHost(of other: String) -> Bool {
        RedirectTarget.host(of: self.authority) == RedirectTarget.host(of: other)
    }

    private static func host(of authority: String) -> String {
        var authority = authority.lowercased()
        return authority.withUTF8 { String(decoding: hostBytes(of: UnsafeRawBufferPointer($0)), as: UTF8.self) }
    }

    /// The request that asks for the target.
    ///
    /// Method and body stay, but for 303, which asks to GET another resource (RFC 9110, section 15.4.4). The scheme stays
    /// too: it says how the client is connected.
    ///
    /// - Parameters:
    ///   - status: The status of the redirect.
    ///   - request: The request that was redirected.
    func request(after status: Int, from request: RequestHead) -> RequestHead {
        var next = request
        next.path = self.path
        if next.authority != self.authority { next.authority = self.authority }
        guard status == 303, next.method != .get, next.method != .head else { return next }
        next.method = .get
        for name in RedirectTarget.contentFields { next.headers.remove(name) }
        return next
    }

    /// What describes a body that is not sent again.
    private static let contentFields: [HeaderName] = [
        .contentType, .contentLength, .contentEncoding, "content-language", "content-location", "content-range",
        "content-digest", "digest",
    ]
}
