import Foundation
import Synchronization
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

    /// A cache that finds similar questions in a vector store.
    private func runSimilar(
        vector: String = "{ type: memory, threshold: 0.85, thresholdRelation: gt }",
        embedding: String = "{ type: ngram }",
        cache: String = "cache: { type: memory }, ",
        more: String = "",
        services: [(name: String, port: Int)] = [],
        redis: RedisServer? = nil,
        _ body: (GatewayFixture, Int) async throws -> Void
    ) async throws {
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        var setup = CacheSetup(model: model, redis: redis, limits: "admin: { address: \"127.0.0.1:0\" }")
        setup.services = services
        setup.config = "{ \(cache)vector: \(vector), embedding: \(embedding)\(more) }"
        try await GatewayFixture.run(setup.text) { gateway in try await body(gateway, try gateway.adminPort()) }
        await model.stop()
    }

    private let star = (first: "What is a star?", second: "A star is what?", third: "what's a star")

    @Test(
        "a purged entry does not come back by its meaning",
        arguments: ["cache: { type: memory }, ", CacheSetup.redis() + ", ", ""]
    )
    func similarEntry(cache: String) async throws {
        let redis = cache.contains("redis") ? try await RedisServer.start() : nil
        try await self.runSimilar(cache: cache, redis: redis) { gateway, port in
            let key = try #require(try await self.ask(self.star.first, gateway).answer["x-sluice-cache-key"])
            let removed = try await self.send("DELETE", "/ai-cache/entries/\(key)", port)
            #expect(removed.status == 200 && removed.object["removed"] as? Int == (cache.isEmpty ? 0 : 1))
            #expect(removed.object["vectors"] as? Int == 1)
            #expect(try await self.send("DELETE", "/ai-cache/entries/\(key)", port).status == 404)
            #expect(try await self.ask(self.star.second, gateway).cache == "miss")
        }
    }

    @Test(
        "the key of a semantic hit names the answer that was given, wherever that is kept",
        arguments: ["cache: { type: memory }, ", CacheSetup.redis() + ", "]
    )
    func copiedEntry(cache: String) async throws {
        let redis = cache.contains("redis") ? try await RedisServer.start() : nil
        try await self.runSimilar(cache: cache, redis: redis) { gateway, port in
            #expect(try await self.ask(self.star.first, gateway).cache == "miss")
            let hit = try await self.ask(self.star.second, gateway)
            #expect(hit.cache == "semantic-hit")
            let key = try #require(hit.answer["x-sluice-cache-key"])
            let removed = try await self.send("DELETE", "/ai-cache/entries/\(key)", port)
            #expect(removed.status == 200 && removed.object["removed"] as? Int == 2)
            #expect(removed.object["vectors"] as? Int == 1)
            for question in [self.star.second, self.star.first] {
                #expect(try await self.ask(question, gateway).cache != "hit")
            }
        }
    }

    @Test("a purged scope does not come back by its meaning", arguments: ["cache: { type: memory }, ", ""])
    func similarScope(cache: String) async throws {
        try await self.runSimilar(cache: cache) { gateway, port in
            let key = try #require(try await self.ask(self.star.first, gateway).answer["x-sluice-cache-key"])
            _ = try await self.ask("How long does bread bake?", gateway)
            _ = try await self.ask(self.star.first, model: "other", gateway)
            let removed = try await self.send("DELETE", "/ai-cache/entries?scope=\(key)", port)
            #expect(removed.status == 200 && removed.object["vectors"] as? Int == 2)
            #expect(try await self.ask(self.star.second, gateway).cache == "miss")
            #expect(try await self.ask(self.star.second, model: "other", gateway).cache == "semantic-hit")
        }
    }

    /// A vector store that can be taken down.
    private final class FailingDouble: ServiceDouble {
        let double: QdrantDouble
        let isDown = Atomic<Bool>(false)

        init(_ double: QdrantDouble) { self.double = double }

        func answer(_ request: ServiceDoubleRequest) -> ServiceDoubleAnswer {
            guard self.isDown.load(ordering: .relaxed) else { return self.double.answer(request) }
            return ServiceDoubleAnswer(status: 503, "out of order; the key was \(request.headers["api-key"] ?? "")")
        }
    }

    @Test("a vector store that does not answer is told, and the entry in the cache store is forgotten all the same")
    func deadVectors() async throws {
        let double = QdrantDouble(collection: "c", key: "right-key", dimensions: TextVector.dimensions)
        let failing = FailingDouble(double)
        let qdrant = try await ScriptedUpstream.start(failing)
        let embedder = try await ScriptedUpstream.start(OpenAIEmbeddingDouble(key: "sk-right-key"))
        let vector =
            "{ type: qdrant, serviceName: qdrant.static, collectionID: c, apiKey: right-key, threshold: 0.9, "
            + "thresholdRelation: gt, timeout: 60s }"
        let embedding = "{ type: openai, serviceName: embedder.static, apiKey: sk-right-key }"
        let services = [("qdrant", qdrant.port), ("embedder", embedder.port)]
        try await self.runSimilar(vector: vector, embedding: embedding, services: services) { gateway, port in
            let keys = [
                try #require(try await self.ask("Who wrote Hamlet?", gateway).answer["x-sluice-cache-key"]),
                try #require(try await self.ask("Where is the moon?", gateway).answer["x-sluice-cache-key"]),
            ]
            #expect(double.vectors.all.count == 2)
            let removed = try await self.send("DELETE", "/ai-cache/entries/\(keys[0])", port)
            #expect(removed.status == 200 && removed.object["removed"] as? Int == 1)
            #expect(removed.object["vectors"] is NSNull && double.vectors.all.count == 1)
            let unknown = String(repeating: "0", count: 32)
            let unresolved = try await self.send("DELETE", "/ai-cache/entries?scope=\(unknown)", port)
            #expect(unresolved.status == 404 && unresolved.body.contains("name the scope's digest"))
            failing.isDown.store(true, ordering: .relaxed)
            let failed = try await self.send("DELETE", "/ai-cache/entries/\(keys[1])", port)
            #expect(failed.status == 502 && failed.object["removed"] as? Int == 1)
            let failures = try #require(failed.object["failures"] as? [[String: String]])
            #expect(failures.count == 1 && failures[0]["tier"] == "vector" && failures[0]["cache"] == "ai-cache")
            #expect(failures[0]["message"]?.contains("out of order") == true && !failed.body.contains("right-key"))
            #expect(try await self.ask("Where is the moon?", gateway).cache == "miss")
        }
        await embedder.stop()
        await qdrant.stop()
    }

    @Test(
        "with an empty scope a record is forgotten by the question that the cache store knows",
        arguments: ["cache: { type: memory }, ", CacheSetup.redis() + ", ", ""]
    )
    func emptyScope(cache: String) async throws {
        let double = QdrantDouble(collection: "c", key: "right-key", dimensions: TextVector.dimensions)
        let qdrant = try await ScriptedUpstream.start(double)
        let embedder = try await ScriptedUpstream.start(OpenAIEmbeddingDouble(key: "sk-right-key"))
        let redis = cache.contains("redis") ? try await RedisServer.start() : nil
        let vector =
            "{ type: qdrant, serviceName: qdrant.static, collectionID: c, apiKey: right-key, threshold: 0.9, "
            + "thresholdRelation: gt, timeout: 60s }"
        try await self.runSimilar(
            vector: vector,
            embedding: "{ type: openai, serviceName: embedder.static, apiKey: sk-right-key }",
            cache: cache,
            more: ", scope: []",
            services: [("qdrant", qdrant.port), ("embedder", embedder.port)],
            redis: redis
        ) { gateway, port in
            let key = try #require(try await self.ask("Who wrote Hamlet?", gateway).answer["x-sluice-cache-key"])
            _ = try await self.ask("Where is the moon?", gateway)
            #expect(double.vectors.all.count == 2)
            let scope = try await self.send("DELETE", "/ai-cache/entries?scope=\(key)", port)
            #expect(scope.status == 200 && scope.object["removed"] as? Int == 0 && double.vectors.all.count == 2)
            let removed = try await self.send("DELETE", "/ai-cache/entries/\(key)", port)
            #expect(removed.status == (cache.isEmpty ? 404 : 200) && removed.object["vectors"] is NSNull)
            #expect(removed.object["removed"] as? Int == (cache.isEmpty ? 0 : 1))
            #expect(removed.body.contains("records hold no key") == cache.isEmpty)
            #expect(double.vectors.all.count == (cache.isEmpty ? 2 : 1))
            #expect(try await self.send("DELETE", "/ai-cache/entries/\(key)", port).status == 404)
        }
        await embedder.stop()
        await qdrant.stop()
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
