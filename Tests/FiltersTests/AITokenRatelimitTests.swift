import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

/// What the script for charging does, on the test's server.
private func charge(_ command: [String], _ redis: TestRedis) -> RedisValue? {
    guard command.first == "EVAL", command.count == 7, command[1] == TokenWindow.charge, command[2] == "1",
        let limit = Int(command[4]), let tokens = Int(command[6])
    else { return nil }
    let current = redis[command[3]].flatMap { Int($0) } ?? 0
    if current <= limit { redis[command[3]] = String(current + tokens) }
    return .array([.integer(limit), .integer(current + tokens), .integer(Int(command[5]) ?? 0)])
}

@Suite struct AITokenRatelimitTests {
    private func gateway(
        _ config: [(String, ConfigurationNode)],
        failStrategy: TestFilter.FailStrategy = .close,
        tokens: Int = 10,
        holdsEnd: Bool = false
    ) throws -> TestGateway {
        let redis: ConfigurationNode = ["service_name": "redis.static"]
        let entries = (config + [("rule_name", "r"), ("redis", redis)]).map {
            ConfigurationNode.Entry(key: $0.0, keyPosition: redis.position, value: $0.1)
        }
        let node = ConfigurationNode(.mapping(entries), position: redis.position)
        let gateway = try TestGateway(
            filters: (holdsEnd ? [TestFilter(HeldEnd.self)] : []) + [
                TestFilter(
                    KeyAuth.self,
                    config: ["global_auth": false, "consumers": [["name": "alice", "credential": "ka"]]],
                    matchRules: [TestRule(routes: ["auth"], config: ["allow": ["alice"]])]
                ),
                TestFilter(AITokenRatelimit.self, failStrategy: failStrategy, config: node),
            ],
            routes: [TestRoute("default"), TestRoute("auth", prefix: "/auth")]
        ) { _ in
            TestResponse(
                status: 200,
                headers: ["content-type": "application/json"],
                body: #"{"usage":{"total_tokens":\#(tokens)}}"#
            )
        }
        let server = gateway.redis("redis.static")
        server.answer { [weak server] command in server.flatMap { charge(command, $0) } }
        return gateway
    }

    @Test func aLimitForEverything() async throws {
        let gateway = try self.gateway([("global_threshold", ["token_per_minute": 15]), ("rejected_msg", "later")])
        for expected in [200, 200, 429, 429] {
            let response = await gateway.send(TestRequest(.post, "/v1/chat/completions"))
            await gateway.settle()
            #expect(response.status == expected)
            if expected == 429 {
                #expect(response.text == "later" && response.details == "ai-token-ratelimit.rejected")
                #expect(response.headers["x-tokenratelimit-reset"] == "60")
                #expect(response.aiLog == ["token_ratelimit_status": "limited"])
            }
        }
        #expect(gateway.redis("redis.static")["higress-token-ratelimit:r:global_threshold:60"] == "20")
        #expect(gateway.isIdle)
    }

    @Test(
        arguments: [
            (
                ["limit_by_header": "X-Key", "limit_keys": [["key": "a", "token_per_day": 1]]],
                "/", ["x-key": "a"], "limit_by_header:86400:X-Key:a"
            ),
            (
                ["limit_by_header": "x-key", "limit_keys": [["key": "a", "token_per_day": 1]]], "/", ["x-key": "b"], nil
            ),
            (
                ["limit_by_header": "x-key", "limit_keys": [["key": "*", "token_per_day": 1]]], "/", ["x-key": "b"], nil
            ),
            (
                ["limit_by_per_header": "x-key", "limit_keys": [["key": "regexp:^a", "token_per_hour": 1]]],
                "/", ["x-key": "ab"], "limit_by_per_header:3600:x-key:ab"
            ),
            (
                [
                    "limit_by_per_header": "x-key",
                    "limit_keys": [["key": "regexp:^a", "token_per_hour": 1], ["key": "*", "token_per_second": 1]],
                ],
                "/", ["x-key": "b"], "limit_by_per_header:1:x-key:b"
            ),
            (
                ["limit_by_param": "apikey", "limit_keys": [["key": "a b", "token_per_minute": 1]]],
                "/?x=1&apikey=a%20b&apikey=c", [:], "limit_by_param:60:apikey:a b"
            ),
            (
                ["limit_by_per_param": "apikey", "limit_keys": [["key": "*", "token_per_minute": 1]]], "/?x=1", [:], nil
            ),
            (
                ["limit_by_cookie": "sid", "limit_keys": [["key": "v", "token_per_minute": 1]]],
                "/", ["cookie": "a=b; sid=v; sid=w"], "limit_by_cookie:60:sid:v"
            ),
            (
                ["limit_by_per_cookie": "sid", "limit_keys": [["key": "*", "token_per_minute": 1]]], "/",
                ["cookie": "xsid=v"], nil
            ),
            (
                ["limit_by_consumer": "", "limit_keys": [["key": "alice", "token_per_minute": 1]]],
                "/auth", ["x-api-key": "ka"], "limit_by_consumer:60::alice"
            ),
            (["limit_by_per_consumer": "", "limit_keys": [["key": "*", "token_per_minute": 1]]], "/", [:], nil),
            (
                [
                    "limit_by_per_ip": "from-remote-addr",
                    "limit_keys": [["key": "203.0.113.0/24", "token_per_day": 1]],
                ],
                "/", [:], "limit_by_per_ip:86400:from-remote-addr:203.0.113.7"
            ),
            (
                ["limit_by_per_ip": "from-header-x-ip", "limit_keys": [["key": "::/0", "token_per_day": 1]]],
                "/", ["x-ip": "2001:db8::1, 1.2.3.4"], "limit_by_per_ip:86400:from-header-x-ip:2001:db8::1"
            ),
            (
                ["limit_by_per_ip": "from-header-x-ip", "limit_keys": [["key": "::/0", "token_per_day": 1]]],
                "/", ["x-ip": "[2001:DB8:0:0:0:0:0:1]:80"], "limit_by_per_ip:86400:from-header-x-ip:2001:db8::1"
            ),
            (
                ["limit_by_per_ip": "from-header-x-ip", "limit_keys": [["key": "0.0.0.0/0", "token_per_day": 1]]],
                "/", ["x-ip": "nonsense"], nil
            ),
        ] as [(ConfigurationNode, String, HeaderFields, String?)]
    )
    func valuesCountByThemselves(_ item: ConfigurationNode, _ path: String, _ headers: HeaderFields, _ key: String?)
        async throws
    {
        let gateway = try self.gateway([("rule_items", .init(.sequence([item]), position: item.position))])
        for expected in [200, key == nil ? 200 : 429] {
            #expect(await gateway.send(TestRequest(.get, path, headers: headers)).status == expected)
            await gateway.settle()
        }
        #expect(gateway.redis("redis.static").keys() == (key.map { ["higress-token-ratelimit:r:" + $0] } ?? []))
    }

    @Test func theFirstItemThatIsForTheRequestCounts() async throws {
        let items: ConfigurationNode = [
            ["limit_by_header": "x-key", "limit_keys": [["key": "a", "token_per_day": 100]]],
            ["limit_by_per_header": "x-key", "limit_keys": [["key": "*", "token_per_day": 1]]],
        ]
        let gateway = try self.gateway([("rule_items", items)])
        await gateway.send(TestRequest(headers: ["x-key": "a"]))
        await gateway.settle()
        #expect(gateway.redis("redis.static").keys() == ["higress-token-ratelimit:r:limit_by_header:86400:x-key:a"])
    }

    @Test func anAnswerIsChargedAsSoonAsItsPriceIsKnown() async throws {
        let gateway = try self.gateway([("global_threshold", ["token_per_minute": 15])], holdsEnd: true)
        let redis = gateway.redis("redis.static")
        let stream = await gateway.open(TestRequest(.post, "/v1/chat/completions"))
        await gateway.settle()
        #expect(gateway.liveStreams == 1 && redis["higress-token-ratelimit:r:global_threshold:60"] == "10")
        await stream.reset()
        await gateway.settle()
        #expect(gateway.liveStreams == 0 && redis["higress-token-ratelimit:r:global_threshold:60"] == "10")
    }

    /// The filter itself takes part, so a request that has no limit asks for no memory.
    @Test func nothingIsMadeForARequestWithoutALimit() {
        #expect(ObjectIdentifier(AITokenRatelimit.Stream.self) == ObjectIdentifier(AITokenRatelimit.self))
    }

    @Test func longValuesStandAsDigests() async throws {
        let items: ConfigurationNode = [
            ["limit_by_per_header": "x-key", "limit_keys": [["key": "*", "token_per_day": 1]]]
        ]
        let gateway = try self.gateway([("rule_items", items)])
        await gateway.send(TestRequest(headers: ["x-key": String(repeating: "x", count: 300)]))
        await gateway.settle()
        let key = try #require(gateway.redis("redis.static").keys().first)
        #expect(key.hasPrefix("higress-token-ratelimit:r:limit_by_per_header:86400:x-key:sha256:") && key.count == 129)
    }

    @Test(arguments: [(TestFilter.FailStrategy.close, 500), (.open, 200)])
    func aFailingRedisIsAnErrorOfTheFilter(_ strategy: TestFilter.FailStrategy, _ status: Int) async throws {
        let gateway = try self.gateway([("global_threshold", ["token_per_minute": 15])], failStrategy: strategy)
        gateway.redis("redis.static").fail(.timeout)
        #expect(await gateway.send(TestRequest()).status == status)
        #expect(gateway.isIdle)
    }

    @Test(
        arguments: [
            (
                ["redis": ["service_name": "r.static"], "global_threshold": ["token_per_day": 1]],
                #"missing key "rule_name""#
            ),
            (["rule_name": "r", "global_threshold": ["token_per_day": 1]], #"missing key "redis""#),
            (
                ["rule_name": "r", "redis": ["service_name": "r.static"]],
                "found none of global_threshold, rule_items; expected exactly one"
            ),
            (
                ["rule_name": "r", "redis": ["service_name": "r.static"], "global_threshold": [:]],
                "found none of token_per_second, token_per_minute, token_per_hour, token_per_day; expected exactly one"
            ),
            (
                [
                    "rule_name": "r", "redis": ["service_name": "r.static"],
                    "global_threshold": ["token_per_day": 1, "token_per_hour": 1],
                ],
                "found token_per_hour and token_per_day; expected exactly one of them"
            ),
            (
                [
                    "rule_name": "r", "redis": ["service_name": "r.static"],
                    "rule_items": [["limit_keys": [["key": "a", "token_per_day": 1]]]],
                ],
                "found none of limit_by_header, limit_by_param,"
            ),
            (
                [
                    "rule_name": "r", "redis": ["service_name": "r.static"],
                    "rule_items": [
                        [
                            "limit_by_header": "a", "limit_by_param": "b",
                            "limit_keys": [["key": "a", "token_per_day": 1]],
                        ]
                    ],
                ],
                "found limit_by_header and limit_by_param; expected exactly one of them"
            ),
            (
                ["rule_name": "r", "redis": ["service_name": "r.static"], "rule_items": [["limit_by_header": "a"]]],
                #"missing key "limit_keys""#
            ),
            (
                [
                    "rule_name": "r", "redis": ["service_name": "r.static"],
                    "rule_items": [
                        ["limit_by_per_header": "a", "limit_keys": [["key": "regexp:(", "token_per_day": 1]]]
                    ],
                ],
                "expected a regular expression: "
            ),
            (
                [
                    "rule_name": "r", "redis": ["service_name": "r.static"],
                    "rule_items": [
                        [
                            "limit_by_per_ip": "from-remote-addr",
                            "limit_keys": [["key": "1.2.3.4/33", "token_per_day": 1]],
                        ]
                    ],
                ],
                "expected an address or a network such as 10.0.0.0/8"
            ),
            (
                [
                    "rule_name": "r", "redis": ["service_name": "r.static"],
                    "rule_items": [
                        ["limit_by_per_ip": "x-ip", "limit_keys": [["key": "1.2.3.4", "token_per_day": 1]]]
                    ],
                ],
                "expected from-remote-addr or from-header-NAME"
            ),
            (
                [
                    "rule_name": "r", "redis": ["service_name": "r.static"],
                    "rule_items": [["limit_by_header": "", "limit_keys": [["key": "a", "token_per_day": 1]]]],
                ],
                "expected the name of a header field: letters, digits and hyphens"
            ),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: AITokenRatelimit.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
