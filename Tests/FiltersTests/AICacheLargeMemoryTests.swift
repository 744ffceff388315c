import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

/// `ai-cache` with a vector memory that is searched on another thread whatever its size.
private final class SlowlySearchedCache: Filter {
    static let name = AICache.name
    static let phase = AICache.phase
    static let priority = AICache.priority
    static let summary = AICache.summary

    let cache: AICache

    init(_ configuration: AICacheConfiguration, _ environment: FilterEnvironment) throws {
        var limits = ScopeLimits()
        limits.mostSearchedOnLoop = -1
        _ = environment.shared.object("ai-cache.memory-vectors.\(environment.name).default") {
            MemoryVectors(limits: limits, environment)
        }
        self.cache = try AICache(configuration, environment)
    }

    func makeStream(_ stream: StreamContext) -> AICacheStream? { self.cache.makeStream(stream) }
}

@Suite("ai-cache: a large vector memory")
struct AICacheLargeMemoryTests {
    private func gateway(_ cache: String) throws -> TestGateway {
        let config =
            #"{"vector":{"type":"memory","threshold":0.9,"thresholdRelation":"gt"},"embedding":{"type":"ngram"}\#(cache)}"#
        return try TestGateway(
            filters: [TestFilter(SlowlySearchedCache.self, config: try ConfigurationNode(json: config))],
            upstream: Exchange.answer
        )
    }

    @Test("is searched while the stream waits, with the same outcome", arguments: ["", SemanticGateway.memory])
    func sameOutcome(cache: String) async throws {
        let gateway = try self.gateway(cache)
        for (request, status) in [
            (Wording.star, "miss"), (Wording.reordered, "semantic-hit"), (Wording.bread, "miss"),
            (Exchange.request("what is a STAR"), "semantic-hit"),
        ] {
            let response = await gateway.send(request)
            #expect(response.status == 200 && response.cacheStatus == status)
            await gateway.settle()
        }
        #expect(gateway.upstreamRequests.count == 2 && gateway.isIdle)
    }

    @Test("a client that leaves during the search leaves nothing behind")
    func leaves() async throws {
        let gateway = try self.gateway("")
        for _ in 0..<20 {
            let stream = await gateway.open(Wording.star, hasBody: true)
            await stream.send(Wording.star.body)
            await stream.end()
            await stream.reset()
        }
        #expect(await gateway.send(Wording.bread).cacheStatus == "miss")
        await gateway.settle()
        #expect(gateway.liveStreams == 0)
    }
}
