import FilterAPI

/// Alibaba Cloud's Model Studio, by its OpenAI-compatible API.
struct QwenProvider: ModelProvider {
    private let host: String

    init(_ fields: ConfigurationFields) {
        self.host = fields.string("qwenDomain", default: "dashscope.aliyuncs.com", help: "The host.")
        let isCompatible = fields.bool(
            "qwenEnableCompatible",
            default: true,
            help: "Use the OpenAI-compatible API; there is no other."
        )
        if !fields.isDescribing, !isCompatible {
            fields.error(at: "qwenEnableCompatible", "found false; expected true: the provider's own API is not known")
        }
    }

    func endpoint(of call: ModelCall, _ question: ModelQuestion) -> ModelEndpoint? {
        ModelEndpoint(host: self.host, path: call.target("/compatible-mode/v1\(call.path)"))
    }
}
