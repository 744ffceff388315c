import FilterAPI

/// What is wrong with the name of a header field that a configuration sets or removes, or `nil`.
///
/// Fields of one connection and of the framing belong to the gateway (RFC 9110, section 7.6.1; RFC 9112, section 6).
func mistake(inFieldName name: String) -> String? {
    guard let parsed = HeaderName(validating: name) else {
        return "found \(name.debugDescription); expected the name of a header field: letters, digits and hyphens"
    }
    let reserved = [
        "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]
    guard reserved.contains(parsed.string) else { return nil }
    return "found \(parsed.string.debugDescription); it belongs to one connection or to the framing of the body, "
        + "which the gateway sets"
}

/// Whether a text has characters that no value of a header field can have (RFC 9110, section 5.5).
func holdsControlCharacter(_ text: String) -> Bool {
    text.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }
}

/// A text without spaces and tabs around it.
func withoutBlanks(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
}
