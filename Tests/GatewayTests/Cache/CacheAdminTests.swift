import Foundation
import TestSupport
import Testing

@Suite("The cache on the operators' listener")
struct CacheAdminTests {
    enum Store: String, CaseIterable, Sendable { case memory, redis }

    private func run(
        _ store: Store,
        token: String = "",
        _ body: (GatewayFixture, Int) async throws -> Void
    ) async throws {
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        var setup = CacheSetup(model: model, limits: "admin: { address: \"127.0.0.1:0\"\(token) }")
        if store == .redis {
            setup.redis = try await .start()
            setup.config = "{ \(CacheSetup.redis(", cacheKeyPrefix: 'a[b]*c:'")) }"
        }
        try await GatewayFixture.run(setup.text) { gateway in try await body(gateway, try gateway.adminPort()) }
        await model.stop()
    }

    private func send(_ method: String, _ path: String, _ port: Int, fields: String = "") async throws -> ReceivedAnswer
    {
        try await ReceivedAnswer.of(port, "\(method) \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(fields)\r\n")
    }

    /// Asks, and waits until the answer is stored.
    private func ask(_ question: String, model: String = "m", _ gateway: GatewayFixture) async throws -> ChatAnswer {
        let answer = try await ChatQuestion(question: question, model: model).ask(gateway.port)
        try await gateway.expectNothingAlive()
        return answer
    }

    @Test("an entry is forgotten by the key that its client saw", arguments: Store.allCases)
    func entry(_ store: Store) async throws {
        try await self.run(store) { gateway, port in
            let key = try #require(try await self.ask("q", gateway).answer["x-sluice-cache-key"])
            _ = try await self.ask("other", gateway)
            let removed = try await self.send("DELETE", "/ai-cache/entries/\(key)", port)
            #expect(removed.status == 200 && removed.object["removed"] as? Int == 1)
            #expect(try await self.send("DELETE", "/ai-cache/entries/\(key)", port).status == 404)
            #expect(try await self.ask("q", gateway).cache == "miss")
            #expect(try await self.ask("other", gateway).cache == "hit")
        }
    }

    @Test("a scope is forgotten by the key of one of its entries, and no other scope", arguments: Store.allCases)
    func scope(_ store: Store) async throws {
        try await self.run(store) { gateway, port in
            let key = try #require(try await self.ask("q", gateway).answer["x-sluice-cache-key"])
            _ = try await self.ask(String(repeating: "a long question ", count: 100), gateway)
            _ = try await self.ask("q", model: "other", gateway)
            let removed = try await self.send("DELETE", "/ai-cache/entries?scope=\(key)", port)
            #expect(removed.status == 200 && removed.object["removed"] as? Int == 2)
            #expect(try await self.ask("q", gateway).cache == "miss")
            #expect(try await self.ask("q", model: "other", gateway).cache == "hit")
        }
    }

    @Test("statistics tell what the caches hold and did")
    func statistics() async throws {
        try await self.run(.memory) { gateway, port in
            for _ in 0..<4 { _ = try await self.ask("q", gateway) }
            let answer = try await self.send("GET", "/ai-cache/stats", port)
            #expect(answer.status == 200 && answer["content-type"] == "application/json")
            let object = answer.object
            #expect(object["entries"] as? Int == 1 && object["stored"] as? Int == 1 && object["evictions"] as? Int == 0)
            #expect((object["bytes"] as? Int ?? 0) > 0)
            #expect(object["hit_rate"] as? Double == 0.75 && object["tokens_saved"] as? Int == 21)
            let lookups = object["lookups"] as? [String: Int]
            #expect(lookups?["exact_hit"] == 3 && lookups?["miss"] == 1 && lookups?["coalesced"] == 0)
            let caches = object["caches"] as? [[String: Any]]
            #expect(caches?.count == 1 && caches?.first?["name"] as? String == "ai-cache")
            let providers = caches?.first?["providers"] as? [[String: Any]]
            #expect(
                providers?.first?["tier"] as? String == "cache" && providers?.first?["breaker"] as? String == "closed"
            )
        }
    }

    @Test("other methods and paths are refused, and the token is asked for")
    func refusals() async throws {
        try await self.run(.memory, token: ", token: t0ken") { _, port in
            let fields = "Authorization: Bearer t0ken\r\n"
            let key = String(repeating: "0", count: 32)
            for (method, path, status, allow) in [
                ("GET", "/ai-cache/stats", 200, nil), ("HEAD", "/ai-cache/stats?x=1", 200, nil),
                ("DELETE", "/ai-cache/stats", 405, "GET, HEAD"), ("GET", "/ai-cache/entries/\(key)", 405, "DELETE"),
                ("POST", "/ai-cache/entries?scope=\(key)", 405, "DELETE"), ("DELETE", "/ai-cache/entries", 400, nil),
                ("DELETE", "/ai-cache/entries?scope=alice", 400, nil),
                ("DELETE", "/ai-cache/entries?scope=\(key)", 200, nil),
                ("DELETE", "/ai-cache/entries/\(key)", 404, nil), ("DELETE", "/ai-cache/entries/x", 404, nil),
                ("DELETE", "/ai-cache/entries/\(key)/x", 404, nil), ("GET", "/ai-cache/", 404, nil),
                ("GET", "/ai-cachex", 404, nil),
            ] as [(String, String, Int, String?)] {
                let answer = try await self.send(method, path, port, fields: fields)
                #expect(answer.status == status && answer["allow"] == allow, "\(method) \(path): \(answer.status)")
                #expect(try await self.send(method, path, port).status == 401)
            }
        }
    }
}
