import FilterAPI

/// `response` of a route: an answer that the gateway gives itself.
package struct DirectResponseConfiguration: Sendable {
    /// The status; 200 by default.
    package let status: Int
    /// Header fields in the file's order.
    package let headers: [(String, String)]
    /// The body; empty by default.
    package let body: String

    init(_ fields: ConfigurationFields) {
        status = fields.integer("status", in: 200...599, default: 200, help: "The status.")
        headers = fields.map("headers", help: "Header fields.")
        body = fields.string("body", default: "", help: "The body.")
        for (name, value) in headers {
            if !isToken(name) {
                fields.error(at: "headers", "found \(quoted(name)); expected the name of a header field")
            }
            if value.utf8.contains(where: { $0 == 0 || $0 == 0x0A || $0 == 0x0D }) {
                fields.error(at: "headers", "the value of \(quoted(name)) has a line break")
            }
        }
        if !body.isEmpty, status == 204 || status == 304 {
            fields.error(at: "body", "found a body; expected none with status \(status)")
        }
    }
}
