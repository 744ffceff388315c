import FilterAPI
import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: configuration of the semantic tier")
struct AICacheSemanticConfigurationTests {
    private static let embedding = #""embedding":{"type":"openai","serviceName":"e.dns","apiKey":"k"}"#
    private static let vector = #""vector":{"type":"qdrant","serviceName":"v.dns","collectionID":"c""#

    private func read(_ vector: String, _ more: String = "") throws -> ReadConfiguration {
        try ReadConfiguration("{\(Self.vector)\(vector)},\(Self.embedding)\(more)}")
    }

    @Test("the documented defaults hold")
    func defaults() throws {
        let configuration = try self.read("")
        #expect(configuration.errors.isEmpty)
        let settings = try #require(configuration.value.semantic).vectors
        #expect(settings.topK == 1)
        #expect(settings.threshold == SimilarityThreshold(value: 1000, relation: .lt))
        #expect(try self.read("", #","cache":{"type":"memory"}"#).value.semantic != nil)
        #expect(try self.read("", #","cache":{"type":"memory"},"enableSemanticCache":false"#).value.semantic == nil)
        #expect(try ReadConfiguration(#"{"cache":{"type":"memory"}}"#).value.semantic == nil)
    }

    @Test(
        "a pair of store and threshold that cannot be meant is warned about",
        arguments: [
            ("", ["use gt", "lt 1000 accepts every neighbour"]),
            (#","thresholdRelation":"lte""#, ["use gte", "every"]),
            (#","threshold":0.9"#, ["use gt"]), (#","threshold":0.9,"thresholdRelation":"gt""#, []),
            (#","threshold":0.75,"thresholdRelation":"gte""#, ["gte 0.75", "use 0.8"]),
            (#","threshold":0.8,"thresholdRelation":"gte""#, []),
            (#","thresholdRelation":"gt""#, ["gt 1000 accepts no neighbour"]),
            (#","metricType":"Euclid""#, ["lt 1000 accepts every neighbour"]),
            (#","metricType":"Euclid","threshold":0.5"#, []),
            (#","metricType":"Euclid","threshold":0.5,"thresholdRelation":"gt""#, ["use lt"]),
            (#","metricType":"Manhattan","threshold":0.5,"thresholdRelation":"gte""#, ["use lte"]),
        ]
    )
    func warnings(keys: String, words: [String]) throws {
        let configuration = try self.read(keys)
        #expect(configuration.errors.isEmpty)
        let all = configuration.warnings.joined(separator: "; ")
        #expect(words.isEmpty == configuration.warnings.isEmpty, "\(all)")
        for word in words { #expect(all.contains(word), "\(all)") }
        #expect(configuration.issues.allSatisfy { $0.location.contains("vector") && $0.position.line > 1 })
    }

    @Test("a tier that is switched off is not warned about")
    func noWarnings() throws {
        let configuration = try self.read("", #","cache":{"type":"memory"},"enableSemanticCache":false"#)
        #expect(configuration.issues.isEmpty)
    }

    @Test(
        "parts that are missing are errors that say which",
        arguments: [
            ("{}", "missing key \"cache\" or \"vector\""), ("{\(embedding)}", "missing key \"vector\""),
            ("{\(embedding),\"cache\":{\"type\":\"memory\"}}", "missing key \"vector\""),
            ("{\(vector)}}", "missing key \"embedding\""),
            ("{\"cache\":{\"type\":\"memory\"},\"enableSemanticCache\":true}", "found true; expected \"vector\""),
            ("{\(vector)},\(embedding),\"enableSemanticCache\":false}", "found false without \"cache\""),
            ("{\(vector),\"threshold\":\"x\"},\(embedding)}", "expected a number"),
            ("{\(vector),\"thresholdRelation\":\"eq\"},\(embedding)}", "expected one of lt, lte, gt, gte"),
            ("{\(vector),\"topK\":0},\(embedding)}", "expected a whole number"),
            ("{\(vector),\"esUsername\":\"u\"},\(embedding)}", "unknown key \"esUsername\""),
        ]
    )
    func mistakes(json: String, message: String) throws {
        let errors = try ReadConfiguration(json).errors
        #expect(errors.count == 1 && errors.contains { $0.contains(message) }, "\(errors)")
    }

    @Test("a misspelt type is the only mistake that is reported")
    func misspeltType() throws {
        let json =
            #"{"vector":{"type":"qdrnt","serviceName":"v.dns","collectionID":"c"},"embedding":{"type":"opnai","apiKey":"k"}}"#
        let errors = try ReadConfiguration(json).errors
        #expect(errors.count == 2 && errors.allSatisfy { $0.contains("did you mean") }, "\(errors)")
    }

    @Test("all keys of the providers are described once each")
    func description() {
        let keys = ConfigurationFields.describe(AICacheConfiguration.self)
        for name in ["vector", "embedding", "cache"] {
            let fields = keys.first { $0.name == name }?.fields ?? []
            #expect(Set(fields.map(\.name)).count == fields.count && fields.count > 4)
            #expect(fields.allSatisfy { !$0.help.isEmpty })
        }
        let cache = keys.first { $0.name == "cache" }?.fields ?? []
        #expect(cache.filter(\.isRequired).map(\.name) == ["type"])
        #expect(AICache.ruleKeys.isDisjoint(with: ["vector", "embedding"]))
        #expect(AICache.ruleKeys.contains("enableSemanticCache"))
    }

    @Test("credentials stay out of messages")
    func secrets() throws {
        let json =
            #"{"cache":{"type":"memory"},"embedding":{"type":"openai","serviceName":"e.dns","apiKey":["hunter2"]}}"#
        let configuration = try ReadConfiguration(json)
        #expect(!configuration.errors.isEmpty && !configuration.errors.contains { $0.contains("hunter2") })
    }
}
