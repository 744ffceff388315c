import FilterAPI

extension ReceivedResponse {
    /// The response as text, to be compared as a whole: status, a line a field in their order, an empty line, the body, and
    /// then the trailers or the word `reset`.
    ///
    /// ```
    /// 200
    /// content-type: text/plain
    /// x-greeting: hi
    ///
    /// hello
    /// ```
    public var transcript: String {
        guard self.head != nil else { return self.isReset ? "reset" : "" }
        let head = ["\(self.status)"] + lines(self.headers) + ["", self.text]
        let ending = self.isReset ? ["reset"] : lines(self.trailers ?? HeaderFields())
        return (head + ending).joined(separator: "\n")
    }
}

extension ServiceRequest {
    /// The request as it reached the service, to be compared as a whole: method and path, a line a field in their order, an
    /// empty line, the body, and then the trailers or the word `cancelled`.
    public var transcript: String {
        let head = ["\(self.method.rawValue) \(self.path)"] + lines(self.headers)
        let ending = self.isCancelled ? ["cancelled"] : lines(self.trailers ?? HeaderFields())
        return (head + ["", self.text] + ending).joined(separator: "\n")
    }
}

private func lines(_ fields: HeaderFields) -> [String] { fields.map { "\($0.name): \($0.value)" } }
