import FilterAPI
import FilterTesting
import Logging
import NIOCore
import TestSupport

@testable import BundledFilters

/// A gateway whose cache finds similar questions, with the doubles of an embedding service and a vector store.
struct SemanticGateway {
    let cache: CachingGateway
    let qdrant: QdrantDouble

    static let embedding =
        #""embedding":{"type":"openai","serviceName":"embed.static","apiKey":"sk-right-key","timeout":200}"#
    static let memory = #","cache":{"type":"memory"}"#
    static let redis = #","cache":{"type":"redis","serviceName":"my-redis.static","timeout":100}"#

    /// - Parameters:
    ///   - vector: Members of `vector` beside those that say where it is.
    ///   - more: Members beside `vector` and `embedding`, each after a comma.
    init(
        vector: String = #","threshold":0.9,"thresholdRelation":"gt""#,
        more: String = "",
        before: [TestFilter] = [],
        upstream: @escaping TestService.Script = Exchange.answer
    ) throws {
        let store =
            #""vector":{"type":"qdrant","serviceName":"vectors.static","collectionID":"c","apiKey":"right-key","timeout":300\#(vector)}"#
        self.cache = try CachingGateway("{\(store),\(Self.embedding)\(more)}", before: before, upstream: upstream)
        self.qdrant = QdrantDouble(collection: "c", key: "right-key", dimensions: TextVector.dimensions)
        self.revive()
    }

    /// Lets both services work.
    func revive() {
        self.embedder.answer(as: OpenAIEmbeddingDouble(key: "sk-right-key"))
        self.vectors.answer(as: self.qdrant)
    }

    var embedder: TestService { self.cache.gateway.http("embed.static") }
    var vectors: TestService { self.cache.gateway.http("vectors.static") }

    func send(_ request: TestRequest) async -> ReceivedResponse { await self.cache.send(request) }

    func statuses(_ requests: TestRequest...) async -> [String] {
        var statuses: [String] = []
        for request in requests { statuses.append(await self.send(request).cacheStatus) }
        return statuses
    }

    /// The lines from which hit rates are counted.
    var lookupLines: [String] {
        let phrases = ["cache hit for key", "key accepted", "cache miss for key", "score not meet the threshold"]
        return self.cache.gateway.log.filter { $0.level == .info }.map(\.message).filter { line in
            phrases.contains { line.contains($0) }
        }
    }

    /// Calls that failed.
    func failures(_ tier: String) -> Int {
        self.cache.gateway.metrics.counter("ai_cache_provider_errors_total", "", labels: [("tier", tier)]).value
    }

    var uploaded: Int { self.cache.gateway.metrics.counter("ai_cache_uploaded_total", "").value }
}

/// Questions that mean the same or not, by the doubles' measure: 1 and about 0.0 to 0.5.
enum Wording {
    static let star = Exchange.request("What is a star?")
    static let reordered = Exchange.request("A star is what?")
    static let bread = Exchange.request("Bake bread without yeast")
}
