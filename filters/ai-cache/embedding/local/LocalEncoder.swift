import FilterAPI
import Logging
import NIOCore
import SentenceEncoder
import Synchronization

/// Asks a model on threads of its own.
final class LocalEncoder: WaitingEmbedder {
    private let model: SentenceModel
    private let threads: EncodingThreads
    private let prompt: String
    private let refused: Counter
    private let logger: Logger
    private let lastWarning = Mutex<NIODeadline?>(nil)

    /// - Throws: `ModelError` when the system gives no threads.
    init(
        _ model: SentenceModel,
        _ settings: EncodingThreads.Settings,
        prompt: String,
        _ environment: FilterEnvironment
    ) throws(ModelError) {
        let metrics = environment.metrics
        let texts = metrics.counter("ai_cache_encoder_texts_total", "Texts that got a vector from the local model.")
        let batches = metrics.counter("ai_cache_encoder_batches_total", "Times that the local model was run.")
        self.model = model
        self.prompt = prompt
        self.logger = environment.logger
        self.refused = metrics.counter(
            "ai_cache_encoder_refused_total",
            "Texts that got no vector, because too many waited or time was over."
        )
        self.threads = try EncodingThreads(model, settings) { count in
            batches.increment()
            texts.increment(by: count)
        }
        for (kind, bytes) in [
            ("mapped", model.memory.mapped), ("copied", model.memory.copied), ("working", self.threads.workingBytes),
        ] {
            let help = "Memory of the local model: its file, copies of parts of it, and what threads work with at most."
            metrics.gauge("ai_cache_encoder_bytes", help, labels: [("kind", kind)]).set(bytes)
        }
        environment.logger.info(
            "sentence encoder ready: \(model.path), \(model.dimensions) dimensions, \(model.longestText) tokens, \(model.kernels.name) kernels, \(settings.threads) threads, \(model.memory.mapped) bytes mapped, \(model.memory.copied) copied, \(self.threads.workingBytes) to work with"
        )
    }

    nonisolated(nonsending) func vector(
        of text: String,
        by callouts: any Callouts,
        at secondsSince1970: Int
    ) async throws -> [Float] {
        let vector: [Float]
        do {
            vector = try await self.threads.vector(of: self.prompt.isEmpty ? text : self.prompt + text)
        } catch let error as EncodingError {
            self.refused.increment()
            self.warn(error)
            throw EmbedderBusy()
        }
        guard vector.contains(where: { $0 != 0 }), vector.allSatisfy(\.isFinite) else {
            throw ProviderError(.badVector, "the model gives no direction for this text")
        }
        return vector
    }

    /// Says at most every 10 s that there is more to do than can be done.
    private func warn(_ error: EncodingError) {
        let now = NIODeadline.now()
        let isDue = self.lastWarning.withLock { last in
            if let last, now - last < .seconds(10) { return false }
            last = now
            return true
        }
        if isDue { self.logger.warning("embedding failed: \(error); such questions count as misses") }
    }
}

/// An embedder has too much to do, which says nothing about its health.
struct EmbedderBusy: Error {}
