/// Which certificate a host has: exact names first, then the longest wildcard.
struct ServerNames: Sendable {
    private var exact: [String: Int] = [:]
    /// By what follows the `*.` of the name.
    private var wildcards: [String: Int] = [:]

    /// Adds a name; the first certificate that has a name keeps it.
    ///
    /// - Returns: The certificate that had the name before, if any.
    @discardableResult
    mutating func insert(_ name: String, certificate: Int) -> Int? {
        if name.hasPrefix("*.") {
            let suffix = String(name.dropFirst(2))
            if let before = self.wildcards[suffix] { return before }
            self.wildcards[suffix] = certificate
        } else {
            if let before = self.exact[name] { return before }
            self.exact[name] = certificate
        }
        return nil
    }

    /// The certificate of a normalised host; `nil` when none names it.
    func certificate(for host: String) -> Int? {
        if let found = self.exact[host] { return found }
        guard !self.wildcards.isEmpty else { return nil }
        var rest = host[...]
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            if let found = self.wildcards[String(rest)] { return found }
        }
        return nil
    }

    /// A host as names are compared: lower case, without port and without the dot of the root.
    static func normalised(_ host: some StringProtocol) -> String {
        var name = host.lowercased()[...]
        if let colon = name.lastIndex(of: ":"), !name.hasSuffix("]") { name = name[..<colon] }
        if name.hasSuffix(".") { name = name.dropLast() }
        return String(name)
    }
}
