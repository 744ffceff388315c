import NIOHTTP1
import TestSupport
import Testing

@Suite("ai-token-ratelimit over a socket, with a real Redis")
struct AITokenRatelimitSocketTests {
    private static func filters(_ limits: String, _ strategy: String = "FAIL_CLOSE") -> String {
        """
          - filter: ai-token-ratelimit
            failStrategy: \(strategy)
            config: { rule_name: rule, redis: { service_name: store.static, timeout: 60000 }, \(limits) }
        """
    }

    @Test func aWindowFillsUpAndEnds() async throws {
        try await RedisFilterFixture.run(Self.filters("global_threshold: { token_per_second: 40 }")) { fixture in
            let key = "higress-token-ratelimit:rule:global_threshold:1"
            // The window may end between any two requests: then it is filled again.
            var limited: ReceivedAnswer?
            let fillsUp = try await eventually {
                let answer = try await fixture.ask("alice")
                if answer.status == 429 { limited = answer } else { #expect(answer.status == 200) }
                #expect(try await fixture.probe.timeToLive(of: key) != -1, "a counter always ends")
                return limited != nil
            }
            #expect(fillsUp && limited?.body == "Too many requests")
            #expect(limited.flatMap { Int($0["x-tokenratelimit-reset"] ?? "") }.map { (0...1).contains($0) } == true)
            let passes = try await eventually { try await fixture.ask("alice").status == 200 }
            #expect(passes)
        }
    }

    @Test func consumersCountByThemselves() async throws {
        let limits = """
            rule_items: [{ limit_by_per_consumer: "", limit_keys: [{ key: "regexp:^a", token_per_day: 40 }, { key: "*", token_per_day: 10 }] }],
            rejected_code: 503, rejected_msg: '{"code":-1}'
            """
        try await RedisFilterFixture.run(Self.filters(limits.replacing("\n", with: " "))) { fixture in
            for (consumer, statuses) in [("alice", [200, 200, 503]), ("bob", [200, 503])] {
                for status in statuses {
                    let answer = try await fixture.ask(consumer)
                    #expect(answer.status == status && (status == 200 || answer.body == #"{"code":-1}"#))
                }
            }
            let key = "higress-token-ratelimit:rule:limit_by_per_consumer:86400::"
            #expect(try await fixture.probe.value(of: key + "alice") == "60")
            #expect(try await fixture.probe.value(of: key + "bob") == "30")
            let left = try await fixture.probe.timeToLive(of: key + "bob")
            #expect((86_000_000...86_400_000).contains(left))
        }
    }

    @Test(arguments: [("FAIL_CLOSE", 500), ("FAIL_OPEN", 200)])
    func withoutRedisTheStrategyDecides(_ strategy: String, _ status: Int) async throws {
        try await RedisFilterFixture.run(Self.filters("global_threshold: { token_per_day: 40 }", strategy)) { fixture in
            await fixture.redis.kill()
            let asked = try await fixture.ask("alice")
            #expect(asked.status == status)
        }
    }
}
