import FilterAPI

/// Keys that several filters for language models have.
extension ConfigurationFields {
    /// Where the model stands in a request's body.
    func modelKey() -> JSONKeyPath {
        let text = self.string("modelKey", default: "model", help: "Where the model stands in the body; dots nest.")
        let path = JSONKeyPath(text)
        if !self.isDescribing, text.isEmpty || path.hasEvery {
            self.error(at: "modelKey", "expected names with dots between them, such as \"model\"")
        }
        return path
    }

    /// The most bytes of a body that is read.
    func maximumBodyBytes(_ key: String = "maxBodyBytes") -> Int {
        self.size(
            key,
            in: 1...(1 << 30),
            default: 10 << 20,
            help: "The most bytes of a body that is read; a longer one is answered 413."
        )
    }

    /// The name of a header field; `nil` when absent or wrong.
    func headerName(_ key: String, _ help: String) -> HeaderName? {
        self.parsed(key, help: help) { (text) throws(ConfigurationMistake) in
            guard let name = HeaderName(validating: text), !text.contains("_") else {
                throw ConfigurationMistake("expected the name of a header field: letters, digits and hyphens")
            }
            return name
        }
    }
}
