import FilterAPI
import Foundation
import Logging
import NIOCore
import SentenceEncoder
import Testing

@testable import BundledFilters

@Suite("ai-cache: local embedding")
struct AICacheLocalEmbeddingTests {
    private static let models = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("SentenceEncoderTests/Models").path
    private static let model = models + "/bert-f32"

    private func read(_ json: String) throws -> ReadProvider<EmbedderOpener> {
        try ReadProvider(json) { LocalEmbedding.read($0) }
    }

    private func embedder(
        _ keys: String = "",
        _ environment: FilterEnvironment = .alone
    ) throws -> any WaitingEmbedder {
        let read = try self.read(#"{"path":"\#(Self.model)"\#(keys)}"#)
        guard let opener = read.opener, read.errors.isEmpty, case .waiting(let embedder) = try opener(environment)
        else { throw NoProvider(errors: read.errors) }
        return embedder
    }

    private var callouts: any Callouts { DoubleCallouts(embeddingServices[0].double()) }

    @Test("the vector of a question is the model's, at length 1")
    func vector() async throws {
        let model = try SentenceModel(Self.model)
        let vector = try await self.embedder(#","timeout":"60s""#).vector(of: "the cat", by: self.callouts, at: 0)
        #expect(try vector == model.vector(of: "the cat") && vector.count == 24)
        #expect(abs(cosine(vector, vector) - 1) < 1e-5)
    }

    @Test("a prompt stands before every question")
    func prompt() async throws {
        let embedder = try self.embedder(#","timeout":"60s","prompt":"query: ""#)
        let vector = try await embedder.vector(of: "cat", by: self.callouts, at: 0)
        #expect(try vector == SentenceModel(Self.model).vector(of: "query: cat"))
    }

    /// With the two tokens around them, 36 words fill the 38 that count.
    private static let front = String(repeating: "the cat ", count: 18)

    @Test("a question with more tokens than the model sees has no vector, which is told once in a while")
    func longer() async throws {
        let log = CacheLogRecording()
        let environment = FilterEnvironment(name: "ai-cache", logger: log.logger)
        let embedder = try self.embedder(#","timeout":"60s""#, environment)
        let fits = try await embedder.vector(of: Self.front, by: self.callouts, at: 0)
        #expect(fits.count == 24)
        for end in ["sat", "ran", "is"] {
            await #expect(throws: TextTooLong.self) {
                try await embedder.vector(of: Self.front + end, by: self.callouts, at: 0)
            }
        }
        #expect(environment.metrics.counter("ai_cache_encoder_longer_total", "").value == 3)
        #expect(environment.metrics.counter("ai_cache_encoder_refused_total", "").value == 0)
        #expect(log.lines(at: .warning).count == 1)
        #expect(log.lines(at: .warning)[0].contains("the text has more tokens than the model sees"))
    }

    @Test("with longer: truncate it has that of its front; an answer that is compared never has")
    func truncate() async throws {
        let embedder = try self.embedder(#","timeout":"60s","longer":"truncate""#)
        let front = try await embedder.vector(of: Self.front, by: self.callouts, at: 0)
        let longer = try await embedder.vector(of: Self.front + "sat", by: self.callouts, at: 0)
        let answer = try await embedder.vector(ofAnswer: Self.front, by: self.callouts, at: 0)
        #expect(longer == front && answer == front)
        await #expect(throws: TextTooLong.self) {
            try await embedder.vector(ofAnswer: Self.front + "sat", by: self.callouts, at: 0)
        }
    }

    @Test("a prompt counts as part of the text")
    func longPrompt() async throws {
        let embedder = try self.embedder(#","timeout":"60s","prompt":"is ""#)
        await #expect(throws: TextTooLong.self) {
            try await embedder.vector(of: Self.front, by: self.callouts, at: 0)
        }
    }

    @Test("a text that is too long says nothing against the model")
    func tooLongIsHealthy() {
        let log = CacheLogRecording()
        let metrics = AICacheMetrics(MetricRegistry())
        let health = ProviderHealth(.embedding, metrics, CacheLog(logger: log.logger, keys: .plain))
        for _ in 0..<10 {
            #expect(health.allowsCall(at: .uptimeNanoseconds(0)))
            health.callEnded(TextTooLong(), "embedding", at: .uptimeNanoseconds(0))
        }
        #expect(health.errorCount == 0 && health.condition(at: .uptimeNanoseconds(0)) == .closed)
        #expect(log.lines.isEmpty)
    }

    @Test("what the model takes of memory is told")
    func memory() throws {
        let environment = FilterEnvironment.alone
        _ = try self.embedder("", environment)
        func bytes(_ kind: String) -> Int {
            environment.metrics.gauge("ai_cache_encoder_bytes", "", labels: [("kind", kind)]).value
        }
        #expect(bytes("mapped") > 40_000 && bytes("copied") == 0 && bytes("working") > 100_000)
    }

    @Test(
        "a model that cannot be used is an error at its key, with file and field",
        arguments: [
            ("{}", "missing key \"path\""), (#"{"path":"/nowhere"}"#, "the model cannot be used: cannot open /nowhere"),
            (#"{"path":"\#(models)"}"#, "the model cannot be used: config.json: missing; expected"),
            (#"{"path":"\#(model)","dimensions":384}"#, "found 384; expected 24"),
            (#"{"path":"\#(model)","threads":0}"#, "0"), (#"{"path":"\#(model)","queue":0}"#, "0"),
            (#"{"path":"\#(model)","longer":"truncat"}"#, "did you mean \"truncate\""),
        ]
    )
    func errors(json: String, words: String) throws {
        let errors = try self.read(json).errors
        #expect(errors.count == 1 && errors[0].contains(words), "\(errors)")
    }

    @Test("too much to do is a miss that leaves the breaker alone")
    func busy() {
        let log = CacheLogRecording()
        let metrics = AICacheMetrics(MetricRegistry())
        let health = ProviderHealth(.embedding, metrics, CacheLog(logger: log.logger, keys: .plain))
        for _ in 0..<10 {
            #expect(health.allowsCall(at: .uptimeNanoseconds(0)))
            health.callEnded(EmbedderBusy(), "embedding", at: .uptimeNanoseconds(0))
        }
        #expect(health.errorCount == 0 && health.condition(at: .uptimeNanoseconds(0)) == .closed)
    }
}
