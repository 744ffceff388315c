import FilterAPI

/// `requestHeaders` or `responseHeaders` of a route: what becomes of header fields.
package struct HeaderChangeConfiguration: Sendable {
    /// Fields that replace all those of their names, in the file's order.
    package let set: [(String, String)]
    /// Fields that come beside those of their names, in the file's order.
    package let add: [(String, String)]
    /// Names of fields that go.
    package let remove: [String]

    init(_ fields: ConfigurationFields, isRequest: Bool) {
        set = fields.map("set", help: "Fields that replace those of their names.")
        add = fields.map("add", help: "Fields that come beside those of their names.")
        remove = fields.strings("remove", form: .listOrScalar, help: "Names of fields that go.")
        for (key, changes) in [("set", set), ("add", add)] {
            for (name, value) in changes {
                if let mistake = mistake(inName: name, isRequest: isRequest) { fields.error(at: key, mistake) }
                if value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
                    fields.error(at: key, "the value of \(quoted(name)) has a line break or another control character")
                }
            }
        }
        for (index, name) in remove.enumerated() {
            if let mistake = mistake(inName: name, isRequest: isRequest) {
                fields.error(at: "remove", item: index, mistake)
            }
        }
        if set.isEmpty, add.isEmpty, remove.isEmpty, !fields.isDescribing {
            fields.warning("changes nothing; expected set, add or remove")
        }
    }
}

/// What is wrong with a name, or `nil`.
///
/// Fields of one connection and of the framing belong to the gateway (RFC 9110, section 7.6.1; RFC 9112, section 6).
private func mistake(inName name: String, isRequest: Bool) -> String? {
    let lowercased = name.lowercased()
    if name.hasPrefix(":") {
        return "found \(quoted(name)); pseudo fields are no header fields; `rewrite` changes path and host"
    }
    if !isToken(name) { return "found \(quoted(name)); expected the name of a header field" }
    if isRequest, lowercased == "host" { return "found \(quoted(name)); `rewrite: { host: ... }` sets it" }
    let reserved = [
        "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]
    guard reserved.contains(lowercased) else { return nil }
    return "found \(quoted(name)); it belongs to one connection or to the framing of the body, which the gateway sets"
}
