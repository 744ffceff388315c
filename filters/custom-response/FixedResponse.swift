import FilterAPI
import NIOCore

/// A response as the file writes it.
struct FixedResponse: Sendable {
    let status: Int
    let headers: HeaderFields
    let body: ByteBuffer
    /// The statuses in whose place it comes; empty for every request.
    let statuses: [Int]

    /// The response, ready to be sent.
    func response(detail: String) -> LocalResponse {
        LocalResponse(
            status: self.status,
            headers: self.headers,
            body: self.body.readableBytes > 0 ? .bytes(self.body) : .empty,
            detail: detail
        )
    }
}

extension FixedResponse {
    /// Reads the keys of one response.
    init(_ fields: ConfigurationFields) {
        self.status = fields.status("status_code", default: 200, help: "Status of the response.")
        let lines = fields.strings("headers", help: "Header fields of the response, each NAME=VALUE.")
        let body = fields.string("body", default: "", help: "Body of the response.")
        let statuses = fields.strings(
            "enable_on_status",
            form: .listOrScalar,
            help: "Statuses of answers in whose place the response comes; default: it answers every request."
        )
        self.body = ByteBuffer(string: body)
        self.headers = Self.headers(lines, fields, body: body)
        self.statuses = statuses.enumerated().compactMap { index, text in
            if let status = Int(text), (200...599).contains(status) { return status }
            fields.error(at: "enable_on_status", item: index, "expected a whole number (200 to 599)")
            return nil
        }
        if fields.has("enable_on_status"), statuses.isEmpty {
            fields.error(at: "enable_on_status", "found no status; expected at least one")
        }
    }

    private static func headers(_ lines: [String], _ fields: ConfigurationFields, body: String) -> HeaderFields {
        var headers = HeaderFields()
        for (index, line) in lines.enumerated() {
            guard let equals = line.firstIndex(of: "=") else {
                fields.error(at: "headers", item: index, "expected NAME=VALUE")
                continue
            }
            let name = withoutBlanks(line[..<equals])
            let value = withoutBlanks(line[line.index(after: equals)...])
            // The length is that of the body; configurations that were carried over may hold it all the same.
            if name.lowercased() == "content-length" { continue }
            if let mistake = mistake(inFieldName: name) {
                fields.error(at: "headers", item: index, mistake)
            } else if holdsControlCharacter(value) {
                fields.error(at: "headers", item: index, "holds a control character; expected a value on one line")
            } else {
                headers.add(HeaderName(name), value)
            }
        }
        if !body.isEmpty, !headers.contains(.contentType) { headers.add(.contentType, contentType(of: body)) }
        return headers
    }
}
