import FilterAPI
import FilterTesting
import NIOCore
import Synchronization
import Testing

@testable import BundledFilters

/// Does what the script does, and knows it only after it was given its text.
private final class CountingRedis: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        var knowsScript = false
    }

    private let state = Mutex(State())
    var keys: [String] { self.state.withLock { $0.counts.keys.sorted() } }

    func attach(to redis: TestRedis) {
        redis.answer { command in
            self.state.withLock { state in
                guard command.count == 5, command[2] == "1" else { return nil }
                if command[0] == "EVAL" { state.knowsScript = true }
                guard state.knowsScript else { return nil }
                state.counts[command[3], default: 0] += 1
                return .array([.integer(state.counts[command[3]] ?? 0), .integer((Int(command[4]) ?? 0) - 500)])
            }
        }
    }
}

@Suite("cluster-key-rate-limit")
struct ClusterKeyRateLimitTests {
    private static let redis: ConfigurationNode = ["service_name": "my-redis.static", "timeout": 200]

    private static let byHeader: ConfigurationNode = [
        "rule_name": "default_rule",
        "rule_items": [
            ["limit_by_header": "x-ca-key", "limit_keys": [["key": "a", "query_per_minute": 2]]],
            ["limit_by_per_header": "x-ca-key", "limit_keys": [["key": "regexp:^b", "query_per_hour": 1]]],
            ["limit_by_per_ip": "from-remote-addr", "limit_keys": [["key": "203.0.113.0/24", "query_per_day": 3]]],
        ],
        "show_limit_quota_header": true,
        "redis": redis,
    ]

    private static func gateway(
        _ config: ConfigurationNode,
        failStrategy: TestFilter.FailStrategy = .close
    ) throws -> (TestGateway, CountingRedis) {
        let gateway = try TestGateway(
            filters: [.init(ClusterKeyRateLimit.self, failStrategy: failStrategy, config: config)]
        )
        let counting = CountingRedis()
        counting.attach(to: gateway.redis("my-redis.static"))
        gateway.redis("my-redis.static").fail(.error("NOSCRIPT No matching script. Please use EVAL."), next: 1)
        return (gateway, counting)
    }

    @Test func theFirstRuleThatSaysSomethingCounts() async throws {
        let (gateway, _) = try Self.gateway(Self.byHeader)
        for (value, status, left) in [
            ("a", 200, "1"), ("a", 200, "0"), ("a", 429, "0"), ("b1", 200, "0"), ("b1", 429, "0"), ("b2", 200, "0"),
            ("c", 200, "2"), ("c", 200, "1"), ("d", 200, "0"), ("d", 429, "0"),
        ] {
            let response = await gateway.send(TestRequest(headers: ["x-ca-key": value]))
            #expect(response.status == status, "\(value)")
            #expect(response.headers["x-ratelimit-remaining"] == left, "\(value)")
        }
        #expect(gateway.isIdle)
    }

    @Test func aRequestIsOneRoundTripByTheScriptsDigest() async throws {
        let (gateway, counting) = try Self.gateway(Self.byHeader)
        for _ in 0..<3 { _ = await gateway.send(TestRequest(headers: ["x-ca-key": "a"])) }
        let commands = gateway.redis("my-redis.static").commands
        #expect(commands.map { $0[0] } == ["EVALSHA", "EVAL", "EVALSHA", "EVALSHA"])
        #expect(commands[1][1] == RedisWindow.script)
        #expect(commands[2][1].count == 40 && commands[2][4] == "60000")
        #expect(counting.keys.count == 1)
        #expect(counting.keys[0].hasPrefix("cluster-key-rate-limit:default_rule:limit_by_header:60:2:x-ca-key:"))
        #expect(!counting.keys[0].hasSuffix(":a"), "a value may be a credential")
    }

    @Test func theAnswerTellsTheQuota() async throws {
        let (gateway, _) = try Self.gateway(Self.byHeader)
        let passed = await gateway.send(TestRequest(headers: ["x-ca-key": "a"]))
        #expect(passed.headers["x-ratelimit-limit"] == "2" && passed.headers["x-ratelimit-reset"] == "60")
        for _ in 0..<2 { _ = await gateway.send(TestRequest(headers: ["x-ca-key": "a"])) }
        let refused = await gateway.send(TestRequest(headers: ["x-ca-key": "a"]))
        #expect(refused.status == 429 && refused.text == "Too many requests")
        #expect(refused.details == "cluster-key-rate-limit.rejected")
        #expect(refused.headers["x-ratelimit-limit"] == "2" && refused.headers["x-ratelimit-remaining"] == "0")
        #expect(refused.headers["x-ratelimit-reset"] == "60" && refused.headers[.retryAfter] == "60")
    }

    @Test func withoutShowingTheQuotaOnlyARefusalTellsTheTime() async throws {
        let config: ConfigurationNode = [
            "rule_name": "all", "global_threshold": ["query_per_second": 1], "redis": Self.redis, "rejected_code": 503,
            "rejected_msg": #"{"code":-1}"#,
        ]
        let (gateway, counting) = try Self.gateway(config)
        let passed = await gateway.send(TestRequest())
        #expect(passed.status == 200 && passed.headers["x-ratelimit-limit"] == nil)
        let refused = await gateway.send(TestRequest(.get, "/other", headers: ["x": "y"]))
        #expect(refused.status == 503 && refused.text == #"{"code":-1}"#)
        #expect(refused.headers[.contentType] == "application/json; charset=utf-8")
        #expect(refused.headers["x-ratelimit-reset"] == "1" && refused.headers["x-ratelimit-limit"] == nil)
        #expect(counting.keys == ["cluster-key-rate-limit:all:global_threshold:1:1"])
    }

    @Test func requestsThatNoRuleKnowsDoNotAskRedis() async throws {
        let config: ConfigurationNode = [
            "rule_name": "r", "redis": Self.redis,
            "rule_items": [["limit_by_param": "k", "limit_keys": [["key": "a", "query_per_second": 1]]]],
        ]
        let (gateway, _) = try Self.gateway(config)
        for path in ["/", "/?k=b", "/?k="] { #expect(await gateway.send(TestRequest(.get, path)).status == 200) }
        #expect(gateway.redis("my-redis.static").commands.isEmpty)
    }

    @Test(
        arguments: [
            TestRedis.Failure.error("LOADING Redis is loading"), .error("WRONGTYPE wrong kind of value"), .timeout,
            .connectFailure, .reset,
        ],
        [TestFilter.FailStrategy.close, .open]
    )
    func whenRedisFailsTheStrategyDecides(_ failure: TestRedis.Failure, _ strategy: TestFilter.FailStrategy)
        async throws
    {
        let (gateway, _) = try Self.gateway(Self.byHeader, failStrategy: strategy)
        gateway.redis("my-redis.static").fail(failure)
        let response = await gateway.send(TestRequest(headers: ["x-ca-key": "a"]))
        #expect(response.status == (strategy == .close ? 500 : 200))
        if strategy == .close { #expect(response.details == "filter_error{cluster-key-rate-limit}") }
        #expect(gateway.upstreamRequests.count == (strategy == .close ? 0 : 1))
        #expect(gateway.isIdle)
    }

    @Test func aReplyThatIsNoneOfTheScriptsIsAFailure() async throws {
        let gateway = try TestGateway(filters: [.init(ClusterKeyRateLimit.self, config: Self.byHeader)])
        gateway.redis("my-redis.static").answer { _ in .string(ByteBuffer(string: "OK")) }
        #expect(await gateway.send(TestRequest(headers: ["x-ca-key": "a"])).status == 500)
    }

    @Test(
        arguments: [
            (["redis": redis, "global_threshold": ["query_per_day": 1]], #"missing key "rule_name""#),
            (["rule_name": "r", "redis": redis], "found none of global_threshold, rule_items; expected exactly one"),
            (
                [
                    "rule_name": "r", "redis": redis, "global_threshold": ["query_per_day": 1],
                    "rule_items": [["limit_by_consumer": "", "limit_keys": [["key": "a", "query_per_day": 1]]]],
                ],
                "found global_threshold and rule_items; expected exactly one of them"
            ),
            (["rule_name": "r", "redis": redis, "rule_items": []], "found no rule; expected at least one"),
            (["rule_name": "r", "global_threshold": ["query_per_day": 1]], #"missing key "redis""#),
            (
                ["rule_name": "r", "global_threshold": ["query_per_day": 1], "redis": ["service_name": "nowhere"]],
                "bad argument"
            ),
            (
                ["rule_name": "r", "redis": redis, "global_threshold": ["query_per_week": 1]],
                #"unknown key "query_per_week""#
            ),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: ClusterKeyRateLimit.self, config: config, services: ["my-redis.static"])
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
