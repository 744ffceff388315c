package import FilterAPI

/// What of a request decides about its endpoint.
package enum HashKey: Sendable, Hashable {
    /// The first field of that name.
    case header(String)
    /// The cookie of that name, with case.
    case cookie(String)
    /// The first query parameter of that name, with case and as it stands.
    case query(String)
    /// The client's address, as access log and limits know it; the peer's where trusted proxies say what is none.
    case sourceAddress
}

extension HashKey {
    /// The hash of the key of a request; `nil` when the request has none, or an empty one.
    package func hash(of request: RequestHead) -> UInt64? {
        guard let value = value(in: request), !value.isEmpty else { return nil }
        return StableHash.hash(value.utf8)
    }

    private func value(in request: RequestHead) -> Substring? {
        switch self {
        case .header(let name): request.headers[HeaderName(name)].map { $0[...] }
        case .cookie(let name): HashKey.cookie(name, in: request)
        case .query(let name): HashKey.parameter(name, in: request.path)
        // Not the first address in `x-forwarded-for`, which anybody can send to a trusted proxy.
        case .sourceAddress: request.clientAddress.map { $0[...] }
        }
    }

    /// Source: RFC 6265, section 4.2.1.
    private static func cookie(_ name: String, in request: RequestHead) -> Substring? {
        guard let cookies = request.headers.combinedValue(of: HeaderName("cookie")) else { return nil }
        for pair in cookies.split(whereSeparator: { $0 == ";" || $0 == "," }) {
            let pair = pair.drop { $0 == " " }
            guard let equals = pair.firstIndex(of: "="), pair[..<equals] == name else { continue }
            return pair[pair.index(after: equals)...]
        }
        return nil
    }

    private static func parameter(_ name: String, in path: String) -> Substring? {
        guard let mark = path.firstIndex(of: "?") else { return nil }
        for pair in path[path.index(after: mark)...].split(separator: "&") {
            guard let equals = pair.firstIndex(of: "="), pair[..<equals] == name else { continue }
            return pair[pair.index(after: equals)...]
        }
        return nil
    }
}
