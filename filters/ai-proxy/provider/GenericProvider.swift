import FilterAPI

/// Any service that takes the client's path as it is.
struct GenericProvider: ModelProvider {
    private let host: String?

    init(_ fields: ConfigurationFields) {
        self.host = fields.string("genericHost", help: "The host; default the request's.")
    }

    var needsToken: Bool { false }

    func endpoint(of call: ModelCall, _ question: ModelQuestion) -> ModelEndpoint? {
        ModelEndpoint(host: self.host, path: call.target("/v1\(call.path)"))
    }
}
