extension LocalResponse {
    /// Makes the answer of a filter that does not let a request pass, in the form of the gateway's own answers: a short
    /// JSON object for clients that accept JSON, else one line of text, and in both the status and the detail.
    ///
    /// - Parameters:
    ///   - status: The status code, 400 to 599.
    ///   - headers: The header fields; default none.
    ///   - detail: Why, such as `key-auth.unauthorized`; the client sees it.
    ///   - request: The request that is refused.
    public convenience init(
        refusing request: RequestHead,
        status: Int,
        headers: HeaderFields = [:],
        detail: String
    ) {
        let shown = detail.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
        let acceptsJSON = request.acceptsJSON
        self.init(
            status: status,
            headers: headers,
            text: acceptsJSON ? #"{"error":{"code":\#(status),"detail":"\#(shown)"}}"# + "\n" : "\(status) \(shown)\n",
            contentType: acceptsJSON ? "application/json" : "text/plain; charset=utf-8",
            detail: detail
        )
    }
}
