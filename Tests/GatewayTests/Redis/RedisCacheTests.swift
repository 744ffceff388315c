import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("The cache in Redis")
struct RedisCacheTests {
    struct Login: Sendable, CustomTestStringConvertible {
        let name: String
        let server: [String]
        let config: String
        let login: [String]
        var testDescription: String { self.name }
    }

    @Test(
        "logs in as it is configured",
        arguments: [
            Login(name: "nobody", server: [], config: "", login: []),
            Login(name: "password", server: ["--requirepass", "p w"], config: #", password: "p w""#, login: ["p w"]),
            Login(
                name: "user and password",
                server: ["--user", "alice", "on", ">s3cret", "~higress-ai-cache:*", "-@all"]
                    + ["+get", "+set", "+auth", "+hello", "+client", "+ping", "+select"],
                config: ", username: alice, password: s3cret",
                login: []
            ),
        ]
    )
    func login(_ login: Login) async throws {
        let redis = try await RedisServer.start(login.server)
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        let setup = CacheSetup(model: model, redis: redis, config: "{ \(CacheSetup.redis(login.config)) }")
        try await GatewayFixture.run(setup.text) { gateway in
            try await self.expectMissThenHit(gateway)
            #expect(gateway.log.messages.allSatisfy { !$0.contains("s3cret") && !$0.contains("p w") })
        }
        let probe = try await RedisProbe.connect(redis, login: login.login)
        #expect(try await probe.keys().count == 1)
        await probe.close()
        await model.stop()
    }

    @Test("keeps to its database and gives entries their time")
    func databaseAndTime() async throws {
        let redis = try await RedisServer.start()
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        let setup = CacheSetup(
            model: model,
            redis: redis,
            config: "{ \(CacheSetup.redis(", database: 1, cacheTTL: 10")), scope: [] }"
        )
        try await GatewayFixture.run(setup.text) { gateway in
            try await self.expectMissThenHit(gateway)
            let probe = try await RedisProbe.connect(redis, database: 1)
            #expect(try await probe.keys() == ["higress-ai-cache:q"])
            let left = try await probe.timeToLive(of: "higress-ai-cache:q")
            #expect(left > 0 && left <= 10_000)
            let other = try await RedisProbe.connect(redis)
            #expect(try await other.keys() == [])
            let isGone = try await eventually { try await probe.keys().isEmpty }
            #expect(isGone)
            #expect(try await ChatQuestion(question: "q").ask(gateway.port).cache == "miss")
            await probe.close()
            await other.close()
        }
        await model.stop()
    }

    @Test("keeps entries for ever by default")
    func forEver() async throws {
        let redis = try await RedisServer.start()
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        try await GatewayFixture.run(CacheSetup(model: model, redis: redis, config: "{ \(CacheSetup.redis()) }").text) {
            gateway in
            try await self.expectMissThenHit(gateway)
            let probe = try await RedisProbe.connect(redis)
            let key = try #require(try await probe.keys().first)
            #expect(key.hasPrefix("higress-ai-cache:") && key.hasSuffix(":q"))
            #expect(try await probe.timeToLive(of: key) == -1)
            await probe.close()
        }
        await model.stop()
    }

    @Test("shares bare keys and plain texts with other gateways", arguments: ["", ", replay: structured"])
    func bareKeys(_ more: String) async throws {
        let redis = try await RedisServer.start()
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "the \"answer\"\n") }
        let setup = CacheSetup(model: model, redis: redis, config: "{ \(CacheSetup.redis()), scope: []\(more) }")
        try await GatewayFixture.run(setup.text) { gateway in
            let probe = try await RedisProbe.connect(redis)
            #expect(try await ChatQuestion(question: "什么 \"q\"?").ask(gateway.port).cache == "miss")
            try await self.expectKeys(["higress-ai-cache:什么 \"q\"?"], probe)
            #expect(try await probe.value(of: "higress-ai-cache:什么 \"q\"?") == "the \"answer\"\n")
            for (index, text) in nastyTexts.enumerated() {
                try await probe.set("higress-ai-cache:by hand \(index)", text)
                for streams in [false, true] {
                    let hit = try await ChatQuestion(question: "by hand \(index)", model: "x\(index)", streams: streams)
                        .ask(gateway.port)
                    #expect(hit.cache == "hit" && hit.content.map { Array($0.utf8) } == Array(text.utf8), "\(index)")
                }
            }
            await probe.close()
        }
        #expect(model.requests.count == 1)
        await model.stop()
    }

    @Test("takes a value of another type, and a value that is no record, for a miss")
    func strangeValues() async throws {
        let redis = try await RedisServer.start()
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        let config = "{ \(CacheSetup.redis(", cacheKeyPrefix: \"p:\"")), scope: [] }"
        try await GatewayFixture.run(CacheSetup(model: model, redis: redis, config: config).text) { gateway in
            let probe = try await RedisProbe.connect(redis)
            try await probe.send(["LPUSH", "p:list", "x"])
            try await probe.send(["HSET", "p:hash", "x", "y"])
            for question in ["list", "hash"] {
                let answer = try await ChatQuestion(question: question).ask(gateway.port)
                #expect(answer.status == 200 && answer.cache == "miss" && answer.content == "a")
            }
            await probe.close()
        }
        let scoped = CacheSetup(model: model, redis: redis, config: "{ \(CacheSetup.redis()) }")
        try await GatewayFixture.run(scoped.text) { gateway in
            #expect(try await ChatQuestion(question: "q").ask(gateway.port).cache == "miss")
            let probe = try await RedisProbe.connect(redis)
            var key: String?
            _ = try await eventually {
                key = try await probe.keys().first { $0.hasPrefix("higress-ai-cache:") }
                return key != nil
            }
            for value in ["", "{", "{}", "[1]", "null", "\u{0}\u{1}", #"{"content":7}"#] {
                try await probe.set(try #require(key), value)
                let answer = try await ChatQuestion(question: "q").ask(gateway.port)
                #expect(answer.status == 200 && answer.content == "a", "\(value.debugDescription)")
                #expect(answer.cache == "miss", "\(value.debugDescription)")
                try await gateway.expectNothingAlive()
            }
            await probe.close()
        }
        await model.stop()
    }

    @Test("takes the reference's YAML as it stands")
    func currentForm() async throws {
        let redis = try await RedisServer.start()
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        var setup = CacheSetup(model: model, redis: redis)
        setup.config = """

                  cache:
                    type: redis
                    serviceName: my_redis.dns
                    servicePort: \(redis.port)
                    timeout: 60000
                  scope: []
            """
        try await GatewayFixture.run(setup.text) { gateway in
            try await self.expectMissThenHit(gateway)
            let probe = try await RedisProbe.connect(redis)
            #expect(try await probe.keys() == ["higress-ai-cache:q"])
            await probe.close()
        }
        await model.stop()
    }

    @Test("takes the legacy reference's YAML as it stands, each key of it")
    func legacyForm() async throws {
        let redis = try await RedisServer.start(["--requirepass", "pw"])
        let model = try await ScriptedUpstream.start { request in
            let json = #"{"output":{"text":"say \"a\""}}"#
            let events =
                "data:{\"output\":{\"piece\":\"say \"}}\n\ndata:{\"output\":{\"piece\":\"\\\"a\\\"\"}}\n\ndata:[DONE]\n\n"
            return request.body.contains(#""stream":true"#)
                ? .init(headers: ["content-type": "text/event-stream"], body: events)
                : .init(headers: ["content-type": "application/json"], body: json)
        }
        var setup = CacheSetup(model: model, redis: redis)
        setup.config = """

                  redis:
                    serviceName: my-redis.dns
                    servicePort: \(redis.port)
                    timeout: 60000
                    username: default
                    password: pw
                  cacheKeyFrom:
                    requestBody: "messages.@reverse.0.content"
                  cacheValueFrom:
                    responseBody: "output.text"
                  cacheStreamValueFrom:
                    responseBody: "output.piece"
                  cacheKeyPrefix: "legacy:"
                  cacheTTL: 600
                  returnResponseTemplate: '{"id":"from-cache","choices":[%s],"model":"own"}'
                  returnStreamResponseTemplate: 'data:{"own":"%s"}\\n\\ndata:[DONE]\\n\\n'
                  scope: []
            """
        try await GatewayFixture.run(setup.text) { gateway in
            #expect(try await ChatQuestion(question: "j").ask(gateway.port).cache == "miss")
            #expect(try await ChatQuestion(question: "s", streams: true).ask(gateway.port).cache == "miss")
            let probe = try await RedisProbe.connect(redis, login: ["pw"])
            try await self.expectKeys(["legacy:j", "legacy:s"], probe)
            #expect(try await probe.timeToLive(of: "legacy:j") > 480_000)
            for question in ["j", "s"] {
                #expect(try await probe.value(of: "legacy:\(question)") == #"say "a""#)
                let hit = try await ChatQuestion(question: question).ask(gateway.port)
                #expect(hit.cache == "hit" && hit.content == #"say "a""#)
                #expect(hit.answer.object["model"] as? String == "own")
                let stream = try await ChatQuestion(question: question, streams: true).ask(gateway.port)
                #expect(stream.answer.body == "data:{\"own\":\"say \\\"a\\\"\"}\n\ndata:[DONE]\n\n")
            }
            await probe.close()
        }
        #expect(model.requests.count == 2)
        await model.stop()
    }

    @Test("takes the legacy reference's shortest YAML with its defaults")
    func shortestLegacyForm() async throws {
        let redis = try await RedisServer.start()
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        var setup = CacheSetup(model: model, redis: redis)
        setup.config = """

                  redis:
                    serviceName: my-redis.dns
                    timeout: 60000
                  replay: template
            """
        try await GatewayFixture.run(setup.text) { gateway in
            try await self.expectMissThenHit(gateway)
            let hit = try await ChatQuestion(question: "q").ask(gateway.port)
            #expect(hit.answer.object["model"] as? String == "gpt-4o")
            #expect(hit.content == "a")
        }
        await model.stop()
    }

    private func expectKeys(_ keys: Set<String>, _ probe: RedisProbe) async throws {
        var found: [String] = []
        let areThere = try await eventually {
            found = try await probe.keys()
            return Set(found) == keys
        }
        #expect(areThere, "\(found)")
    }

    private func expectMissThenHit(_ gateway: GatewayFixture) async throws {
        let question = ChatQuestion(question: "q")
        #expect(try await question.ask(gateway.port).cache == "miss")
        try await gateway.expectNothingAlive()
        let hit = try await question.ask(gateway.port)
        #expect(hit.cache == "hit" && hit.content == "a", "\(gateway.log.messages)")
    }
}
