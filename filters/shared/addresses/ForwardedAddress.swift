/// An address as proxies write it into a header field of their own.
enum ForwardedAddress {
    /// The first of the addresses in a list, which may have a port and, for IPv6, brackets.
    static func read(_ value: String) -> AddressBits? {
        let first = value.prefix { $0 != "," }
        var text = first.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            return AddressBits(text[text.index(after: text.startIndex)..<end])
        }
        if let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon {
            return AddressBits(text[..<colon])
        }
        return AddressBits(text)
    }
}
