import FilterAPI
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: configuration")
struct AICacheConfigurationTests {
    private func redis(_ json: String) throws -> RedisTarget {
        let configuration = try ReadConfiguration(json)
        #expect(configuration.errors.isEmpty)
        let environment = FilterEnvironment(
            name: "ai-cache",
            logger: CacheLogRecording().logger,
            metrics: MetricRegistry(),
            shared: SharedFilterState()
        )
        guard case .remote(let store)? = configuration.value.cache.open?(environment) else { throw NotRedis() }
        return try #require(store as? RedisCache).target
    }

    struct NotRedis: Error {}

    @Test("the current form has the documented defaults")
    func currentDefaults() throws {
        let target = try self.redis(#"{"cache":{"type":"redis","serviceName":"my-redis.dns"}}"#)
        #expect(target.service.name == "my-redis.dns" && target.service.port == 6379)
        #expect(target.timeout == .seconds(10) && target.database == 0)
        #expect(target.username == nil && target.password == nil)
        let value = try ReadConfiguration(#"{"cache":{"type":"redis","serviceName":"my-redis.dns"}}"#).value
        #expect(value.cache.keyPrefix == "higress-ai-cache:" && value.cache.timeToLive == nil)
        #expect(value.strategy == .lastQuestion && value.form == .record)
        #expect(value.scope.parts.count == 5)
        #expect(value.maximumBodyBytes == 10 << 20 && value.maximumEntryBytes == 1 << 20)
        #expect(value.responseHeaders && value.honorsCacheControl && !value.completesOnDisconnect)
        #expect(value.logKeys == .plain)
    }

    @Test("every key of the cache part works")
    func currentKeys() throws {
        let json =
            #"{"cache":{"type":"redis","serviceName":"r.dns","serviceHost":"h","servicePort":6380,"username":"u","password":"p","timeout":100,"cacheTTL":60,"cacheKeyPrefix":"x:","database":3}}"#
        let target = try self.redis(json)
        #expect(target.service == ServiceReference(name: "r.dns", port: 6380, host: "h"))
        #expect(target.username == "u" && target.password?.reveal() == "p" && target.database == 3)
        #expect(target.timeout == .milliseconds(100))
        let value = try ReadConfiguration(json).value
        #expect(value.cache.keyPrefix == "x:" && value.cache.timeToLive == .seconds(60))
    }

    @Test("the legacy form has its own defaults")
    func legacyDefaults() throws {
        let target = try self.redis(#"{"redis":{"serviceName":"my-redis.dns"}}"#)
        #expect(target.timeout == .seconds(1) && target.service.port == 6379)
        let value = try ReadConfiguration(#"{"redis":{"serviceName":"my-redis.dns"}}"#).value
        #expect(value.cache.keyPrefix == "higress-ai-cache:" && value.cache.timeToLive == nil)
        let reply = try #require(value.rendering).body(of: .plain(bytes("x")), streamed: false)
        #expect(String(buffer: reply).contains(#""model":"gpt-4o""#))
    }

    @Test("legacy cacheKeyPrefix and cacheTTL are not ignored")
    func legacyPrefix() throws {
        let json =
            #"{"redis":{"serviceName":"r.dns","servicePort":6379,"timeout":2000,"username":"u","password":"p"},"cacheKeyPrefix":"old:","cacheTTL":5}"#
        #expect(try self.redis(json).timeout == .seconds(2))
        let value = try ReadConfiguration(json).value
        #expect(value.cache.keyPrefix == "old:" && value.cache.timeToLive == .seconds(5))
    }

    @Test("legacy cacheKeyFrom.requestBody and cacheValueFrom.responseBody are mapped")
    func legacyPaths() throws {
        let json =
            #"{"redis":{"serviceName":"r.dns"},"cacheKeyFrom":{"requestBody":"prompt"},"cacheValueFrom":{"responseBody":"output.text"},"cacheStreamValueFrom":{"responseBody":"delta.text"},"returnResponseTemplate":"{\"a\":\"%s\"}","returnStreamResponseTemplate":"data:{\"b\":\"%s\"}\n\n"}"#
        let configuration = try ReadConfiguration(json)
        #expect(configuration.errors.isEmpty)
        let value = configuration.value
        #expect(value.hasOwnPaths && value.form == .plain)
        #expect(value.question.question(in: try document(#"{"prompt":"q"}"#)) == "q")
        #expect(value.paths.customText(in: try document(#"{"output":{"text":"x"}}"#), streamed: false) == bytes("x"))
        #expect(value.paths.customText(in: try document(#"{"delta":{"text":"x"}}"#), streamed: true) == bytes("x"))
        let rendering = try #require(value.rendering)
        #expect(rendering.body(of: .plain(bytes("x")), streamed: false) == bytes(#"{"a":"x"}"#))
        #expect(rendering.body(of: .plain(bytes("x")), streamed: true) == bytes("data:{\"b\":\"x\"}\n\n"))
    }

    @Test(
        "a template, an empty scope or replay: template makes values plain text",
        arguments: [
            (#""scope":[]"#, StoredForm.plain), (#""replay":"template""#, .plain), (#""replay":"structured""#, .record),
            (#""responseTemplate":"{\"a\":\"%s\"}""#, .plain), (#""scope":[],"replay":"structured""#, .plain),
            (#""scope":["history","route","header:x-a"]"#, .record), (#""maxEntryBytes":"2MiB""#, .record),
        ]
    )
    func form(keys: String, form: StoredForm) throws {
        let configuration = try ReadConfiguration(#"{"cache":{"type":"memory"},\#(keys)}"#)
        #expect(configuration.errors.isEmpty)
        #expect(configuration.value.form == form)
    }

    @Test(
        "mistakes are errors that say what was expected",
        arguments: [
            ("{}", "missing key \"cache\""), (#"{"cache":{}}"#, "missing key \"type\" (one of memory, redis)"),
            (#"{"cache":{"type":"redsi"}}"#, "expected one of memory, redis; did you mean \"redis\""),
            (#"{"cache":{"type":"redis"}}"#, "missing key \"serviceName\""),
            (#"{"cache":{"type":"memory","serviceName":"x.dns"}}"#, "unknown key"),
            (#"{"cache":{"type":"memory"},"redis":{"serviceName":"r.dns"}}"#, "the legacy form"),
            (#"{"cache":{"type":"memory"},"scope":["modle"]}"#, "found \"modle\"; expected one of model"),
            (#"{"cache":{"type":"memory"},"scope":["header:"]}"#, "header:NAME"),
            (#"{"cache":{"type":"memory"},"responseTemplate":"{}"}"#, "expected exactly one %s"),
            (#"{"cache":{"type":"memory"},"responseTemplate":"%s %s"}"#, "found 2"),
            (#"{"cache":{"type":"memory"},"responseTemplate":"{%s}"}"#, "expected JSON once %s is filled in"),
            (#"{"cache":{"type":"memory"},"streamResponseTemplate":"%s"}"#, "expected events"),
            (
                #"{"cache":{"type":"memory"},"responseTemplate":"[%s]","returnResponseTemplate":"[%s]"}"#,
                "its current name"
            ),
            (
                #"{"cache":{"type":"memory"},"cacheKeyStrategy":"last"}"#,
                "expected one of lastQuestion, allQuestions, disabled"
            ),
            (#"{"cache":{"type":"memory"},"cacheKeyFrom":""}"#, "expected a GJSON path"),
            (#"{"cache":{"type":"memory"},"coalesce":"maybe"}"#, "true or false"),
            (#"{"cache":{"type":"memory"},"cacheTTL":60}"#, "unknown key \"cacheTTL\""),
            (#"{"cache":{"type":"memory","cacheTTL":-1}}"#, "expected a duration"),
            (#"{"cache":{"type":"memory","maxBytes":"1KiB"}}"#, "expected a size"),
            (#"{"cache":{"type":"memory"},"maxBodyBytes":0}"#, "expected a size"),
        ]
    )
    func mistakes(json: String, message: String) throws {
        let errors = try ReadConfiguration(json).errors
        #expect(errors.contains { $0.contains(message) }, "\(errors)")
    }

    @Test(
        "a misspelt type is the only mistake that is reported",
        arguments: [
            #"{"cache":{"type":"redsi","serviceName":"r.dns","timeout":5}}"#,
            #"{"cache":{"type":"memry","maxBytes":"1MiB"}}"#,
        ]
    )
    func misspeltType(json: String) throws {
        #expect(try ReadConfiguration(json).errors.count == 1)
    }

    @Test("a disabled strategy needs no store")
    func disabled() throws {
        let configuration = try ReadConfiguration(#"{"cacheKeyStrategy":"disabled"}"#)
        #expect(configuration.issues.isEmpty && configuration.value.strategy == .disabled)
    }

    @Test("templates that structured replay leaves unused are warned about")
    func unusedTemplate() throws {
        let json = #"{"cache":{"type":"memory"},"replay":"structured","responseTemplate":"[%s]"}"#
        let configuration = try ReadConfiguration(json)
        #expect(configuration.errors.isEmpty && configuration.warnings.count == 1)
    }

    @Test("secrets stay out of messages")
    func secrets() throws {
        let configuration = try ReadConfiguration(#"{"redis":{"serviceName":"r.dns","password":["hunter2"]}}"#)
        #expect(!configuration.errors.isEmpty && !configuration.errors.contains { $0.contains("hunter2") })
    }

    @Test("all keys describe themselves, once each")
    func description() {
        let keys = ConfigurationFields.describe(AICacheConfiguration.self)
        #expect(Set(keys.map(\.name)).count == keys.count)
        #expect(keys.allSatisfy { !$0.help.isEmpty })
        let cache = keys.first { $0.name == "cache" }?.fields.map(\.name) ?? []
        #expect(
            Set(cache).isSuperset(of: ["type", "serviceName", "timeout", "cacheTTL", "cacheKeyPrefix", "maxBytes"])
        )
        #expect(Set(cache).count == cache.count)
    }

    @Test("the filter takes the place that the reference names")
    func place() {
        #expect(AICache.name == "ai-cache" && AICache.phase == .authn && AICache.priority == 10)
        #expect(bundledFilters.contains { $0.name == "ai-cache" })
        #expect(AICache.ruleKeys.isSuperset(of: ["cacheKeyStrategy", "scope", "cacheTTL"]))
        #expect(AICache.ruleKeys.isDisjoint(with: ["cache", "redis", "vector", "embedding"]))
    }
}
