import FilterAPI

/// The addresses that proxies leave in `X-Forwarded-For`: each appends the one that it was called from.
enum ForwardedChain {
    /// The last address that is not a trusted proxy's.
    ///
    /// An address may have a port, and one of IPv6 brackets, as some balancers write it. Blanks, and elements that hold
    /// nothing, are passed over (RFC 9110, section 5.6.1).
    ///
    /// - Parameters:
    ///   - chain: The value of the field, several ones joined.
    ///   - peer: What counts when all addresses are those of trusted proxies: the other end of the connection.
    ///   - isTrusted: Whether an address is a trusted proxy's.
    /// - Returns: The address without port and brackets, or `nil` when it cannot be read: what stands before words such as
    ///   `unknown` is not what a trusted proxy said.
    static func client(in chain: String, peer: String, isTrusted: (IPAddress) -> Bool) -> String? {
        for part in chain.split(separator: ",").reversed() {
            let text: Substring = part.filter { $0 != " " && $0 != "\t" }
            if text.isEmpty { continue }
            guard let bare = self.withoutPort(text), let address = IPAddress(bare) else { return nil }
            if !isTrusted(address) { return String(bare) }
        }
        return peer
    }

    /// `192.0.2.1:80` and `[2001:db8::1]:80` without the port, `[2001:db8::1]` without the brackets; `nil` for what is
    /// behind a bracket and no port.
    private static func withoutPort(_ text: Substring) -> Substring? {
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" && self.isPort(rest.dropFirst()) else { return nil }
            return text[text.index(after: text.startIndex)..<end]
        }
        // More than one colon is an address of IPv6, which has no port without brackets.
        guard let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon else { return text }
        return self.isPort(text[text.index(after: colon)...]) ? text[..<colon] : nil
    }

    private static func isPort(_ text: Substring) -> Bool {
        (1...5).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
