import TestSupport

/// A configuration with `ai-cache` in front of a model.
struct CacheSetup {
    let model: ScriptedUpstream
    var redis: RedisServer?
    /// Other services: their names and endpoints.
    var services: [(name: String, port: Int)] = []
    /// Services of the type `dns` on this machine: their names and ports.
    var localServices: [(name: String, port: Int)] = []
    /// The `config` of `ai-cache`: in flow style, or lines that begin with a line break and six blanks.
    var config = "{ cache: { type: memory } }"
    var log: AccessLogFile?
    /// Other items of `filters`.
    var filters = ""
    var limits = ""

    /// The configuration.
    var text: String {
        var services = [#"  - { name: llm, type: static, domain: "\#(self.model.endpoint)" }"#]
        services += self.services.map { #"  - { name: \#($0.name), type: static, domain: "127.0.0.1:\#($0.port)" }"# }
        services += self.localServices.map {
            "  - { name: \($0.name), type: dns, domain: localhost, port: \($0.port) }"
        }
        if let redis {
            services += [
                #"  - { name: store, type: static, domain: "127.0.0.1:\#(redis.port)" }"#,
                "  - { name: my-redis, type: dns, domain: localhost, port: \(redis.port) }",
                "  - { name: my_redis, type: dns, domain: localhost, port: \(redis.port) }",
            ]
        }
        return """
            \(self.limits)
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            services:
            \(services.joined(separator: "\n"))
            routes:
              - { name: chat, match: { path: { prefix: /v1/ } }, service: llm.static }
            filters:
            \(self.log?.entry ?? "")
            \(self.filters)
              - filter: ai-cache
                config: \(self.config)
            """
    }

    /// The part of `config` that names the Redis server.
    static func redis(_ more: String = "") -> String {
        "cache: { type: redis, serviceName: store.static, timeout: 60s\(more) }"
    }
}
