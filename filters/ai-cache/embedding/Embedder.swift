import FilterAPI
import NIOCore

/// What turns questions into vectors that are near each other when the questions mean the same.
enum Embedder: Sendable {
    /// Answers at once, in microseconds, without a task.
    case local(any LocalEmbedder)
    /// Has to be waited for: a service, or a model that computes on threads of its own.
    case waiting(any WaitingEmbedder)
}

/// An embedder in this process that answers at once. Called from all event loops.
protocol LocalEmbedder: Sendable {
    /// The longest answer, in bytes of UTF-8, whose vector says something of all of it.
    var longestAnswer: Int { get }

    /// The vector of a text; not empty, finite, not all zeros.
    ///
    /// - Throws: ``ProviderError`` for a text in which there is nothing to compare.
    func vector(of text: String) throws(ProviderError) -> [Float]
}

/// An embedder that has to be waited for. Called on the event loop of the stream.
protocol WaitingEmbedder: Sendable {
    /// The longest answer, in bytes of UTF-8, that is worth asking for, because its vector says something of all of it.
    var longestAnswer: Int { get }

    /// The vector of a question; not empty, finite, not all zeros.
    ///
    /// - Parameters:
    ///   - text: The question.
    ///   - callouts: The stream's way to services.
    ///   - secondsSince1970: The time.
    /// - Throws: `CalloutError`, ``ProviderError``, ``EmbedderBusy`` or ``TextTooLong``.
    nonisolated(nonsending) func vector(
        of text: String,
        by callouts: any Callouts,
        at secondsSince1970: Int
    ) async throws -> [Float]

    /// The vector of an answer that is compared while no client waits; default: as for a question.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - callouts: The stream's way to services.
    ///   - secondsSince1970: The time.
    /// - Throws: As for a question; ``TextTooLong`` whenever the vector would say nothing of the answer's end.
    nonisolated(nonsending) func vector(
        ofAnswer answer: String,
        by callouts: any Callouts,
        at secondsSince1970: Int
    ) async throws -> [Float]
}

extension WaitingEmbedder {
    nonisolated(nonsending) func vector(
        ofAnswer answer: String,
        by callouts: any Callouts,
        at secondsSince1970: Int
    ) async throws -> [Float] {
        try await self.vector(of: answer, by: callouts, at: secondsSince1970)
    }
}

extension Embedder {
    /// The longest answer, in bytes of UTF-8, whose vector says something of all of it, as far as its length tells.
    var longestAnswer: Int {
        switch self {
        case .local(let embedder): embedder.longestAnswer
        case .waiting(let embedder): embedder.longestAnswer
        }
    }
}

/// An embedder has too much to do, which says nothing about its health.
struct EmbedderBusy: Error {}

/// An embedder would see only the front of a text, which says nothing about its health.
struct TextTooLong: Error {}

/// Makes an embedder for a filter that is being built.
typealias EmbedderOpener = @Sendable (FilterEnvironment) throws -> Embedder

/// A kind of embedder: one file, and one line in `embeddingProviders`.
protocol EmbeddingProvider: Sendable {
    /// The text of `embedding.type`.
    static var type: String { get }

    /// Declares the provider's own keys of `embedding` and reads them.
    ///
    /// - Returns: What makes the embedder once the whole configuration is known to be free of errors, or `nil` when these
    ///   keys are not.
    static func read(_ fields: ConfigurationFields) -> EmbedderOpener?
}
