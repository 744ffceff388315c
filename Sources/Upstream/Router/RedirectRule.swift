package import FilterAPI

/// Where a client is sent instead of an answer.
package struct RedirectRule: Sendable, Hashable {
    /// The new scheme; `nil` keeps the request's.
    package let scheme: RequestHead.Scheme?
    /// The new host, with a port if it needs one; `nil` keeps the request's.
    package let host: String?
    /// What becomes of the path; `nil` keeps it. The query stays.
    package let path: PathReplacement?
    /// The status code: 301, 302, 303, 307 or 308.
    package let status: Int

    package init(
        scheme: RequestHead.Scheme? = nil,
        host: String? = nil,
        path: PathReplacement? = nil,
        status: Int = 301
    ) {
        self.scheme = scheme
        self.host = host
        self.path = path
        self.status = status
    }

    /// The value of `Location` (RFC 9110, section 10.2.2).
    ///
    /// An absolute URI whenever the host is known, else path and query. What the rule does not name stays as the
    /// request has it. A port belongs to its scheme: when the scheme changes and no host is given the port is dropped,
    /// so `https` makes `https://h/` of `http://h:8080/`.
    ///
    /// Whatever the request holds, the value has no control characters, and a relative one begins with a single `/`,
    /// so that no client takes it for another host's address.
    package func location(for head: RequestHead, matched route: Route) -> String {
        let requested = TargetText.rooted(String(head.pathWithoutQuery))
        let path = self.path?.replaced(requested, matchedBy: route.match.path) ?? requested
        let query = head.query.map { Substring(TargetText.escaped($0.utf8)) }
        let relative = TargetText.joined(path, query: query)
        guard let authority = self.authority(for: head) else { return relative }
        return (self.scheme ?? head.scheme).rawValue + "://" + authority + relative
    }

    private func authority(for head: RequestHead) -> String? {
        if let host = self.host { return host }
        var authority = head.authority
        guard authority.utf8.allSatisfy(isAuthorityCharacter) else { return nil }
        let host = authority.withUTF8 { text in
            String(decoding: hostBytes(of: UnsafeRawBufferPointer(text)), as: UTF8.self)
        }
        if host.isEmpty { return nil }
        return self.scheme.map { $0 == head.scheme } ?? true ? authority : host
    }
}

/// Whether a byte may stand in a host with a port (RFC 3986, section 3.2, without user information).
private func isAuthorityCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x3A, 0x41...0x5B, 0x5D, 0x5F, 0x61...0x7A, 0x7E: true
    case UInt8(ascii: "!"), UInt8(ascii: "$")...UInt8(ascii: "."), UInt8(ascii: ";"), UInt8(ascii: "="): true
    default: false
    }
}
