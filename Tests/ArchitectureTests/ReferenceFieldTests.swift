import Foundation
import Testing

/// Where each field of the tables in ai-cache's reference is used, those of its legacy form at the end.
@Suite("Every field of ai-cache's reference has a test")
struct ReferenceFieldTests {
    private static let stores = "FiltersTests/VectorConformanceTests.swift"
    private static let examples = "GatewayTests/Cache/ReferenceExampleTests.swift"
    private static let semantic = "FiltersTests/AICacheSemanticConfigurationTests.swift"
    private static let similar = "FiltersTests/AICacheSemanticTests.swift"
    private static let services = "FiltersTests/AICacheVectorServiceTests.swift"
    private static let embedders = "FiltersTests/EmbeddingConformanceTests.swift"
    private static let embedding = "FiltersTests/AICacheEmbeddingTests.swift"
    private static let configuration = "FiltersTests/AICacheConfigurationTests.swift"
    private static let redis = "GatewayTests/Redis/RedisCacheTests.swift"
    private static let keys = "FiltersTests/AICacheKeyTests.swift"
    private static let answers = "FiltersTests/AICacheAnswerTests.swift"
    private static let hits = "FiltersTests/AICacheHitTests.swift"
    private static let rules = "FiltersTests/AICacheRulesTests.swift"
    private static let isolation = "FiltersTests/AICacheIsolationTests.swift"

    /// A field, a file below `Tests`, and the test there that uses it.
    static let rows: [(field: String, file: String, test: String)] = [
        ("vector.type", stores, "coverage"),
        ("vector.serviceName", examples, "tutorial"),
        ("vector.serviceHost", examples, "tutorial"),
        ("vector.servicePort", examples, "basic"),
        ("vector.apiKey", stores, "authentication"),
        ("vector.topK", stores, "topK"),
        ("vector.timeout", stores, "timeout"),
        ("vector.collectionID", stores, "required"),
        ("vector.threshold", semantic, "defaults"),
        ("vector.thresholdRelation", similar, "relations"),
        ("vector.esUsername", services, "headers"),
        ("vector.esPassword", services, "headers"),
        ("embedding.type", embedders, "coverage"),
        ("embedding.serviceName", examples, "tutorial"),
        ("embedding.serviceHost", embedding, "generalKeys"),
        ("embedding.servicePort", embedding, "generalKeys"),
        ("embedding.timeout", embedders, "timeout"),
        ("embedding.model", examples, "tutorial"),
        ("embedding.apiKey", embedders, "authentication"),
        ("embedding.apiVersion", embedders, "required"),
        ("embedding.textinAppId", embedders, "required"),
        ("embedding.textinSecretCode", embedders, "required"),
        ("embedding.textinMatryoshkaDim", embedding, "textInDimensions"),
        ("embedding.appId", embedding, "signature"),
        ("embedding.apiSecret", embedding, "signature"),
        ("cache.type", configuration, "currentDefaults"),
        ("cache.serviceName", redis, "currentForm"),
        ("cache.serviceHost", configuration, "currentKeys"),
        ("cache.servicePort", redis, "currentForm"),
        ("cache.username", redis, "login"),
        ("cache.password", redis, "login"),
        ("cache.timeout", configuration, "currentKeys"),
        ("cache.cacheTTL", redis, "databaseAndTime"),
        ("cache.cacheKeyPrefix", configuration, "currentKeys"),
        ("cache.database", redis, "databaseAndTime"),
        ("cacheKeyStrategy", keys, "allQuestions"),
        ("enableSemanticCache", similar, "switchedOff"),
        ("cacheKeyFrom", keys, "lastQuestion"),
        ("cacheValueFrom", answers, "ownPaths"),
        ("cacheStreamValueFrom", answers, "ownPaths"),
        ("cacheToolCallsFrom", answers, "toolCallPath"),
        ("responseTemplate", hits, "templates"),
        ("streamResponseTemplate", hits, "templates"),
        ("x-higress-skip-ai-cache", rules, "skipping"),
        ("redis.serviceName", examples, "legacy"),
        ("redis.servicePort", redis, "legacyForm"),
        ("redis.timeout", examples, "legacy"),
        ("redis.username", redis, "legacyForm"),
        ("redis.password", redis, "legacyForm"),
        ("cacheKeyPrefix", isolation, "legacyPrefix"),
        ("cacheTTL", redis, "legacyForm"),
        ("cacheKeyFrom.requestBody", redis, "legacyForm"),
        ("cacheValueFrom.responseBody", isolation, "legacyValuePath"),
        ("cacheStreamValueFrom.responseBody", redis, "legacyForm"),
        ("returnResponseTemplate", redis, "legacyForm"),
        ("returnStreamResponseTemplate", redis, "legacyForm"),
    ]

    @Test(arguments: rows)
    func aFieldsTestIsThere(field: String, file: String, test: String) throws {
        let source = try Repository.text(of: Repository.root.appending(path: "Tests/\(file)"))
        #expect(source.contains("func \(test)("), "no test uses \(field)")
        let page = try Repository.text(of: Repository.root.appending(path: "docs/filters/ai-cache.md"))
        let key = field.split(separator: ".").last ?? ""
        #expect(page.contains(key), "nothing is said about \(field)")
    }
}
