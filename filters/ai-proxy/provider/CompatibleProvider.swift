import FilterAPI

/// A provider with OpenAI's API at an address of its own.
struct CompatibleProvider: ModelProvider {
    let host: String?
    /// What stands before a call's path.
    let base: String

    func endpoint(of call: ModelCall, _ question: ModelQuestion) -> ModelEndpoint? {
        ModelEndpoint(host: self.host, path: call.target(self.base + call.path))
    }

    /// Types with their hosts and bases.
    private static let table = [
        ("ai360", "api.360.cn", "/v1"),
        ("baichuan", "api.baichuan-ai.com", "/v1"),
        ("baidu", "qianfan.baidubce.com", "/v2"),
        ("cohere", "api.cohere.ai", "/compatibility/v1"),
        ("deepseek", "api.deepseek.com", "/v1"),
        ("doubao", "ark.cn-beijing.volces.com", "/api/v3"),
        ("fireworks", "api.fireworks.ai", "/inference/v1"),
        ("github", "models.inference.ai.azure.com", ""),
        ("grok", "api.x.ai", "/v1"),
        ("groq", "api.groq.com", "/openai/v1"),
        ("hunyuan", "api.hunyuan.cloud.tencent.com", "/v1"),
        ("longcat", "api.longcat.chat", "/openai/v1"),
        ("mistral", "api.mistral.ai", "/v1"),
        ("moonshot", "api.moonshot.cn", "/v1"),
        ("openrouter", "openrouter.ai", "/api/v1"),
        ("spark", "spark-api-open.xf-yun.com", "/v1"),
        ("stepfun", "api.stepfun.com", "/v1"),
        ("together-ai", "api.together.xyz", "/v1"),
        ("yi", "api.lingyiwanwu.com", "/v1"),
        ("zhipuai", "open.bigmodel.cn", "/api/paas/v4"),
    ]

    /// The types as the configuration knows them.
    static var variants: [ConfigurationVariant<(any ModelProvider)?>] {
        self.table.map { type, host, base in
            ConfigurationVariant(type) { fields in
                let own = fields.string("providerDomain", help: "The host, in place of the provider's own.")
                return CompatibleProvider(host: own ?? host, base: base)
            }
        }
    }
}
