import FilterAPI

/// What host names of the file have to look like.
enum HostName {
    /// A name or an address to resolve, without scheme, port or path.
    static func check(_ text: String) throws(ConfigurationMistake) {
        if IPAddress(text) != nil { return }
        if text.contains("://") { throw ConfigurationMistake("expected a host name without a scheme") }
        if text.contains("/") { throw ConfigurationMistake("expected a host name without a path") }
        if text.contains(":") {
            throw ConfigurationMistake("expected a host name without a port; it goes into \"port\"")
        }
        guard isName(text[...]) else { throw ConfigurationMistake("expected a host name such as api.example.com") }
    }

    /// A host of `match.domains`: a name, `*.name`, or `*`; lower-cased.
    static func pattern(_ text: String) throws(ConfigurationMistake) -> String {
        let name = text.lowercased()
        if name == "*" || isBracketedAddress(name) || IPAddress(name) != nil { return name }
        if name.contains("://") { throw ConfigurationMistake("expected a domain without a scheme") }
        if name.contains(":") {
            throw ConfigurationMistake("expected a domain without a port, which is ignored in a request")
        }
        guard isName(name.hasPrefix("*.") ? name.dropFirst(2) : name[...]) else {
            throw ConfigurationMistake("expected a domain such as chat.example.com, *.example.com or *")
        }
        return name
    }

    /// A host that a certificate is for: a name or `*.name`; lower-cased and without the dot of the root.
    static func certificateName(_ text: String) throws(ConfigurationMistake) -> String {
        let name = text.lowercased()
        // TLS has no way to ask for a certificate by address (RFC 6066, section 3).
        guard IPAddress(name) == nil, isName(name.hasPrefix("*.") ? name.dropFirst(2) : name[...]) else {
            throw ConfigurationMistake("expected a host name such as chat.example.com or *.example.com")
        }
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }

    private static func isBracketedAddress(_ text: String) -> Bool {
        text.hasPrefix("[") && text.hasSuffix("]") && IPAddress(text.dropFirst().dropLast()) != nil
    }

    /// Labels of letters, digits, `-` and `_`, as resolvers take them; letters beyond ASCII have to be Punycode.
    private static func isName(_ text: Substring) -> Bool {
        let name = text.hasSuffix(".") ? text.dropLast() : text
        guard !name.isEmpty, name.utf8.count <= 253 else { return false }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy(isLabelByte)
        }
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
