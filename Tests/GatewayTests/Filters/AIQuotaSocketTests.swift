import NIOHTTP1
import TestSupport
import Testing

@Suite("ai-quota over a socket, with a real Redis")
struct AIQuotaSocketTests {
    private static let filters = """
          - filter: ai-quota
            config: { admin_consumer: boss, redis: { service_name: store.static, timeout: 60000 } }
        """

    @Test func quotasAreManagedAndUsedUp() async throws {
        try await RedisFilterFixture.run(Self.filters) { fixture in
            let form = "content-type: application/x-www-form-urlencoded\r\n"
            #expect(try await fixture.ask("alice").status == 403)
            let set = try await fixture.ask("boss", "/quota/refresh", fields: form, body: "consumer=alice&quota=50")
            #expect(set.status == 200 && set.body == "refresh quota successful")
            for (status, left) in [(200, "20"), (200, "-10"), (403, "-10")] {
                let answer = try await fixture.ask("alice")
                #expect(answer.status == status)
                if status == 403 { #expect(answer.body == "Request denied by ai quota check, No quota left") }
                #expect(try await fixture.probe.value(of: "chat_quota:alice") == left)
            }
            _ = try await fixture.ask("boss", "/quota/delta", fields: form, body: "consumer=alice&value=100")
            let query = try await fixture.ask("boss", "/quota?consumer=alice", method: "GET")
            #expect(query.body == #"{"consumer":"alice","quota":90}"#)
            for suffix in ["/quota?consumer=alice", "/quota/refresh", "/quota/delta"] {
                #expect(
                    try await fixture.ask("alice", suffix, fields: form, body: "consumer=alice&quota=1&value=1").status
                        == 403
                )
            }
            #expect(fixture.model.requests.count == 2)
        }
    }

    @Test func aStreamIsChargedAtItsEnd() async throws {
        let script: ScriptedUpstream.Script = { _ in
            .init(
                headers: ["content-type": "text/event-stream"],
                parts: [
                    "data: {\"choices\":[]}\n\n", "data: {\"usage\":{\"prompt_tok",
                    "ens\":1,\"completion_tokens\":2}}\n\n", "data: [DONE]\n\n",
                ]
            )
        }
        try await RedisFilterFixture.run(Self.filters, script) { fixture in
            try await fixture.probe.set("chat_quota:alice", "10")
            #expect(try await fixture.ask("alice").body.hasSuffix("data: [DONE]\n\n"))
            #expect(try await fixture.probe.value(of: "chat_quota:alice") == "7")
        }
    }

    @Test(arguments: [("FAIL_CLOSE", 500), ("FAIL_OPEN", 200)])
    func withoutRedisTheStrategyDecides(_ strategy: String, _ status: Int) async throws {
        let filters = Self.filters + "\n    failStrategy: \(strategy)"
        try await RedisFilterFixture.run(filters) { fixture in
            await fixture.redis.kill()
            let asked = try await fixture.ask("alice")
            let managed = try await fixture.ask("boss", "/quota?consumer=alice", method: "GET")
            #expect(asked.status == status && managed.status == 503)
        }
    }
}
