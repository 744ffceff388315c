import FilterAPI
import Logging
import NIOCore
import SentenceEncoder
import Synchronization

/// Asks a model on threads of its own.
final class LocalEncoder: WaitingEmbedder {
    /// What becomes of a question with more tokens than the model sees: `embedding.longer`.
    enum Longer: String, Sendable, CaseIterable {
        /// It has no vector: it is neither looked for nor stored by one.
        case miss
        /// It has the vector of its front, and so have all questions that begin like it.
        case truncate
    }

    /// An answer that the model may see all of has no more bytes; the tokens tell exactly.
    let longestAnswer = 8 << 10
    private let model: SentenceModel
    private let threads: EncodingThreads
    private let prompt: String
    private let longer: Longer
    private let refused: Counter
    private let tooLong: Counter
    private let logger: Logger
    private let lastWarnings = Mutex<[EncodingError: NIODeadline]>([:])

    /// - Throws: `ModelError` when the system gives no threads.
    init(
        _ model: SentenceModel,
        _ settings: EncodingThreads.Settings,
        prompt: String,
        longer: Longer,
        _ environment: FilterEnvironment
    ) throws(ModelError) {
        let metrics = environment.metrics
        let texts = metrics.counter("ai_cache_encoder_texts_total", "Texts that got a vector from the local model.")
        let batches = metrics.counter("ai_cache_encoder_batches_total", "Times that the local model was run.")
        self.model = model
        self.prompt = prompt
        self.longer = longer
        self.logger = environment.logger
        self.refused = metrics.counter(
            "ai_cache_encoder_refused_total",
            "Texts that got no vector, because too many waited or time was over."
        )
        self.tooLong = metrics.counter(
            "ai_cache_encoder_longer_total",
            "Texts that got no vector, because they have more tokens than the local model sees."
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
        try await self.vector(of: text, for: .lookup, mayBeCut: self.longer == .truncate)
    }

    nonisolated(nonsending) func vector(
        ofAnswer answer: String,
        by callouts: any Callouts,
        at secondsSince1970: Int
    ) async throws -> [Float] {
        try await self.vector(of: answer, for: .comparison, mayBeCut: false)
    }

    private nonisolated(nonsending) func vector(
        of text: String,
        for purpose: EncodingThreads.Purpose,
        mayBeCut: Bool
    ) async throws -> [Float] {
        let vector: [Float]
        do {
            let whole = self.prompt.isEmpty ? text : self.prompt + text
            vector = try await self.threads.vector(of: whole, for: purpose, mayBeCut: mayBeCut)
        } catch let error as EncodingError {
            let isTooLong = error == .longerThanModel
            let counter = isTooLong ? self.tooLong : self.refused
            counter.increment()
            if purpose == .lookup { self.warn(error) }
            if isTooLong { throw TextTooLong() }
            throw EmbedderBusy()
        }
        guard vector.contains(where: { $0 != 0 }), vector.allSatisfy(\.isFinite) else {
            throw ProviderError(.badVector, "the model gives no direction for this text")
        }
        return vector
    }

    /// Says at most every 10 s of each reason that questions get no vector.
    private func warn(_ error: EncodingError) {
        let now = NIODeadline.now()
        let isDue = self.lastWarnings.withLock { last in
            if let before = last[error], now - before < .seconds(10) { return false }
            last[error] = now
            return true
        }
        if isDue { self.logger.warning("embedding failed: \(error); such questions count as misses") }
    }
}
