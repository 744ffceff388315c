import FilterAPI

/// How a filter refuses: with a status, and with a text of the operator's or the gateway's usual one.
struct Refusing: Sendable {
    let status: Int
    let message: String?

    /// Reads the keys that filters which block requests share: `blocked_code` and `blocked_message`.
    init(blockedIn fields: ConfigurationFields) {
        self.init(
            status: fields.status("blocked_code", default: 403, help: "Status of the answer to a blocked request."),
            message: fields.string(
                "blocked_message",
                help: "Body of that answer; default a short one of the gateway's."
            )
        )
    }

    /// Reads the keys that filters which limit rates share: `rejected_code` and `rejected_msg`.
    init(limitedIn fields: ConfigurationFields) {
        self.init(
            status: fields.status("rejected_code", default: 429, help: "Status of the answer to a request too many."),
            message: fields.string("rejected_msg", default: "Too many requests", help: "Body of that answer.")
        )
    }

    /// A refusal.
    init(status: Int, message: String?) {
        self.status = status
        self.message = message?.isEmpty == true ? nil : message
    }

    /// The answer to a request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - headers: Header fields of the answer; default none.
    ///   - detail: Why, for the access log.
    func response(to request: RequestHead, headers: HeaderFields = [:], detail: String) -> LocalResponse {
        guard let message else {
            return LocalResponse(refusing: request, status: self.status, headers: headers, detail: detail)
        }
        return LocalResponse(
            status: self.status,
            headers: headers,
            text: message,
            contentType: contentType(of: message),
            detail: detail
        )
    }
}
