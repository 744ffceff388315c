import FilterAPI

/// The hosts that a route answers for: one host, all subdomains of one, or every host.
package enum DomainPattern: Sendable, Hashable {
    /// `example.com`: this host, whatever its case and port.
    case exact(String)
    /// `*.example.com`, kept as `.example.com`: every subdomain at any depth, but not the domain itself.
    case subdomains(String)
    /// `*`: every host, and requests without one.
    case any

    /// Reads a domain of the configuration; `nil` for a `*` elsewhere than as the first label and for empty text.
    ///
    /// Case, a port and a dot at the end mean nothing, as in requests. An IPv6 address may stand with or without
    /// brackets.
    package init?(_ text: String) {
        if text == "*" {
            self = .any
            return
        }
        let isWildcard = text.hasPrefix("*.")
        var host = Self.host(of: isWildcard ? String(text.dropFirst(2)) : text).lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        guard !host.isEmpty, !host.contains("*"), !host.hasPrefix(".") else { return nil }
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x2F && $0 != 0x7F }) else { return nil }
        self = isWildcard ? .subdomains("." + host) : .exact(host)
    }

    /// Whether an authority is meant, whatever its case and port.
    package func matches(_ authority: String) -> Bool {
        if case .any = self { return true }
        var authority = authority.lowercased()
        return authority.withUTF8 { bytes in
            let host = hostBytes(of: UnsafeRawBufferPointer(bytes))
            switch self {
            case .any: return true
            case .exact(let name): return host.elementsEqual(name.utf8)
            case .subdomains(let suffix):
                return host.count > suffix.utf8.count && host.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
            }
        }
    }

    private static func host(of text: String) -> String {
        if text.hasPrefix("[") { return text.firstIndex(of: "]").map { String(text[...$0]) } ?? "" }
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        if colons > 1 { return "[\(text)]" }
        return String(text.prefix { $0 != ":" })
    }
}

extension DomainPattern: CustomStringConvertible {
    /// As in the configuration.
    package var description: String {
        switch self {
        case .exact(let host): host
        case .subdomains(let suffix): "*" + suffix
        case .any: "*"
        }
    }
}
