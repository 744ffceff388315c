import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("ai-history over a socket, with a real Redis")
struct AIHistorySocketTests {
    private static let filters = """
          - filter: ai-history
            config:
              identityHeader: X-Mse-Consumer
              cacheTTL: 100
              redis: { serviceName: store.static, timeout: 60000 }
        """

    private func question(_ text: String) -> String {
        #"{"model":"m","messages":[{"role":"user","content":"\#(text)"}]}"#
    }

    @Test func aDialogueIsKeptFilledInAndAnswered() async throws {
        try await RedisFilterFixture.run(Self.filters) { fixture in
            for text in ["星星是什么", "q2", "q3", "q4"] { _ = try await fixture.ask("alice", body: self.question(text)) }
            _ = try await fixture.ask("bob", body: self.question("bob's"))
            _ = try await fixture.ask("alice", "?fill_history_cnt=1", body: self.question("q5"))
            let bodies = fixture.model.requests.map(\.body)
            func round(_ text: String) -> String {
                #"{"role":"user","content":"\#(text)"},{"role":"assistant","content":"Fine."}"#
            }
            #expect(bodies[0] == self.question("星星是什么") && bodies[4] == self.question("bob's"))
            #expect(bodies[1] == #"{"model":"m","messages":[\#(round("星星是什么")),{"role":"user","content":"q2"}]}"#)
            #expect(bodies[5] == #"{"model":"m","messages":[\#(round("q4")),{"role":"user","content":"q5"}]}"#)
            let kept = try await fixture.ask("alice", "/ai-history/query?cnt=2", method: "GET")
            #expect(kept.status == 200 && kept.body == "[\(round("q4")),\(round("q5"))]")
            #expect(try await fixture.probe.keys().sorted() == ["higress-ai-history:alice", "higress-ai-history:bob"])
            let left = try await fixture.probe.timeToLive(of: "higress-ai-history:alice")
            #expect((1...100_000).contains(left))
        }
    }

    @Test func withoutRedisTheRequestGoesOn() async throws {
        try await RedisFilterFixture.run(Self.filters) { fixture in
            await fixture.redis.kill()
            let asked = try await fixture.ask("alice")
            let queried = try await fixture.ask("alice", "/ai-history/query", method: "GET")
            #expect(asked.status == 200 && queried.status == 503)
        }
    }
}
