import FilterAPI
import FilterTesting
import Logging
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: isolation")
struct AICacheIsolationTests {
    @Test("answers do not leak between models, tenants, prompts and parameters")
    func noLeaks() async throws {
        let cache = try CachingGateway(before: [TestFilter(Consumers.self)])
        let statuses = await cache.statuses(
            Exchange.request(headers: ["x-consumer": "alice"]),
            Exchange.request(headers: ["x-consumer": "bob"]),
            Exchange.request(model: "other", headers: ["x-consumer": "alice"]),
            Exchange.request(more: #","temperature":0.1"#, headers: ["x-consumer": "alice"]),
            Exchange.request(more: #","tools":[{"type":"function"}]"#, headers: ["x-consumer": "alice"]),
            Exchange.request(headers: ["x-consumer": "alice"])
        )
        #expect(statuses == ["miss", "miss", "miss", "miss", "miss", "hit"])
    }

    @Test("a question elsewhere in the body does not share answers between dialogues")
    func questionElsewhere() async throws {
        let cache = try CachingGateway(#"{"cache":{"type":"memory"},"cacheKeyFrom":"prompt"}"#)
        let statuses = await cache.statuses(
            Exchange.request("one", more: #","prompt":"go on""#),
            Exchange.request("two", more: #","prompt":"go on""#),
            Exchange.request("one", more: #","prompt":"go on""#)
        )
        #expect(statuses == ["miss", "miss", "hit"])
    }

    @Test("requests that mean the same share an answer")
    func sameMeaning() async throws {
        let cache = try CachingGateway()
        _ = await cache.send(Exchange.request(more: #","top_p":1,"user":"a""#))
        var other = Exchange.request()
        other.body = bytes(
            #"{"top_p":1.0,"messages":[{"content":"What is a star\u003f","role":"user"}],"stream":true,"model":"m"}"#
        )
        #expect(await cache.send(other).cacheStatus == "hit")
    }

    @Test("an empty scope gives the reference's keys and plain values, in both directions")
    func emptyScope() async throws {
        let config = #"{"cache":{"type":"redis","serviceName":"my-redis.static"},"scope":[],"replay":"structured"}"#
        let cache = try CachingGateway(config)
        _ = await cache.send(Exchange.request("two\nlines"))
        #expect(cache.redis["higress-ai-cache:two\nlines"] == "A ball of gas.")
        cache.redis["higress-ai-cache:theirs"] = #"{"sluice":1,"content":"looks like ours"}"#
        let hit = await cache.send(Exchange.request("theirs"))
        #expect(hit.cacheStatus == "hit" && hit.headers[.age] == nil)
        let reply = try ReadReply(json: hit.body)
        #expect(reply.text == #"{"sluice":1,"content":"looks like ours"}"# && reply.ids == ["from-cache"])
    }

    @Test("the value in Redis is a readable record under prefix, digest and question")
    func record() async throws {
        let config = #"{"cache":{"type":"redis","serviceName":"my-redis.static","cacheKeyPrefix":"x:","cacheTTL":60}}"#
        let cache = try CachingGateway(config)
        _ = await cache.send(Exchange.request())
        let key = try #require(cache.redis.keys().first)
        #expect(key.hasPrefix("x:") && key.hasSuffix(":What is a star?") && key.count == 2 + 64 + 16)
        #expect(cache.redis[key]?.hasPrefix(#"{"sluice":1,"#) == true)
        #expect(cache.redis.timeToLive(key) == .seconds(60))
        #expect(cache.redis.commands.map(\.first) == ["GET", "SET"])
    }

    @Test("legacy cacheKeyPrefix is in the key")
    func legacyPrefix() async throws {
        let config = #"{"redis":{"serviceName":"my-redis.static"},"cacheKeyPrefix":"old:","scope":[]}"#
        let cache = try CachingGateway(config)
        _ = await cache.send(Exchange.request("q"))
        #expect(cache.redis.keys() == ["old:q"])
    }

    @Test("legacy cacheValueFrom.responseBody is mapped")
    func legacyValuePath() async throws {
        let config =
            #"{"redis":{"serviceName":"my-redis.static"},"cacheValueFrom":{"responseBody":"output.text"},"scope":[]}"#
        let cache = try CachingGateway(config) { _ in
            TestResponse(headers: [.contentType: "application/json"], body: #"{"output":{"text":"hello"}}"#)
        }
        _ = await cache.send(Exchange.request("q"))
        #expect(cache.redis["higress-ai-cache:q"] == "hello")
        let hit = await cache.send(Exchange.request("q"))
        #expect(try ReadReply(json: hit.body).models == ["gpt-4o"])
    }

    @Test("provider credentials are not shared between rules")
    func credentials() async throws {
        func config(_ service: String, _ password: String) throws -> ConfigurationNode {
            try ConfigurationNode(json: #"{"redis":{"serviceName":"\#(service)","password":"\#(password)"}}"#)
        }
        let filter = TestFilter(
            AICache.self,
            matchRules: [
                TestRule(routes: ["a"], config: try config("a.static", "one")),
                TestRule(routes: ["b"], config: try config("b.static", "two")),
            ]
        )
        let gateway = try TestGateway(
            filters: [filter],
            routes: [TestRoute("a", prefix: "/a/"), TestRoute("b", prefix: "/b/")],
            upstream: Exchange.answer
        )
        gateway.redis("a.static").require(password: "one")
        gateway.redis("b.static").require(password: "two")
        for path in ["/a/x", "/b/x"] {
            await gateway.send(Exchange.request(path: path))
            await gateway.settle()
            #expect(await gateway.send(Exchange.request(path: path)).cacheStatus == "hit")
        }
        #expect(gateway.log.allSatisfy { $0.level != .warning })
    }

    @Test("a route may change how keys are made without repeating the store")
    func routeSay() async throws {
        let say = try ConfigurationNode(json: #"{"cacheKeyStrategy":"allQuestions"}"#)
        let routes = [TestRoute("all", prefix: "/all/", filters: ["ai-cache": .config(say)]), TestRoute("default")]
        let cache = try CachingGateway(routes: routes)
        func dialogue(_ first: String, _ path: String) -> TestRequest {
            var request = Exchange.request(path: path)
            request.body = bytes(
                #"{"model":"m","messages":[{"role":"user","content":"\#(first)"},{"role":"user","content":"last"}]}"#
            )
            return request
        }
        #expect(await cache.statuses(dialogue("a", "/one"), dialogue("b", "/one")) == ["miss", "hit"])
        #expect(await cache.statuses(dialogue("a", "/all/"), dialogue("b", "/all/")) == ["miss", "miss"])
        #expect(await cache.statuses(dialogue("a", "/all/")) == ["hit"])
    }

    @Test("all streams of a rule-bound entry run only where the rule matches")
    func rulesOnly() async throws {
        let config = try ConfigurationNode(json: CachingGateway.memory)
        let gateway = try TestGateway(
            filters: [TestFilter(AICache.self, matchRules: [TestRule(domains: ["chat.example.com"], config: config)])],
            upstream: Exchange.answer
        )
        var elsewhere = Exchange.request()
        elsewhere.authority = "other.example.com"
        var here = Exchange.request()
        here.authority = "chat.example.com:8080"
        #expect(await gateway.send(elsewhere).cacheStatus == "-")
        #expect(await gateway.send(here).cacheStatus == "miss")
        #expect(await gateway.send(here).cacheStatus == "hit")
    }

    @Test("a body that says a member twice cannot poison the cache")
    func repeatedMembers() async throws {
        let cache = try CachingGateway()
        var request = Exchange.request()
        request.body = bytes(
            #"{"model":"m","messages":[{"role":"user","content":"good"}],"messages":[{"role":"user","content":"evil"}]}"#
        )
        #expect(await cache.send(request).cacheStatus == "bypass")
        #expect(cache.stored == 0)
    }
}
