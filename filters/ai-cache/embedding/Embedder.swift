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
    /// The vector of a text; not empty, finite, not all zeros.
    ///
    /// - Throws: ``ProviderError`` for a text in which there is nothing to compare.
    func vector(of text: String) throws(ProviderError) -> [Float]
}

/// An embedder that has to be waited for. Called on the event loop of the stream.
protocol WaitingEmbedder: Sendable {
    /// The vector of a text; not empty, finite, not all zeros.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - callouts: The stream's way to services.
    ///   - secondsSince1970: The time.
    /// - Throws: `CalloutError` or ``ProviderError``.
    nonisolated(nonsending) func vector(
        of text: String,
        by callouts: any Callouts,
        at secondsSince1970: Int
    ) async throws -> [Float]
}

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
