import FilterAPI

/// Ollama on a machine of one's own.
struct OllamaProvider: ModelProvider {
    private let host: String

    init(_ fields: ConfigurationFields) {
        let host = fields.requiredString("ollamaServerHost", help: "The machine.")
        let port = fields.integer("ollamaServerPort", in: 1...65535, default: 11434, help: "Its port.")
        self.host = "\(host):\(port)"
    }

    var needsToken: Bool { false }

    func endpoint(of call: ModelCall, _ question: ModelQuestion) -> ModelEndpoint? {
        ModelEndpoint(host: self.host, path: call.target("/v1\(call.path)"))
    }
}
