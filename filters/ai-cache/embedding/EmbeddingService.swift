import FilterAPI
import NIOCore

/// An embedder behind a JSON service: says what to send and how to read the answer, and nothing else.
///
/// Host, port, timeout, status and the size of the answer are ``ProviderService``'s matter.
protocol EmbeddingService: EmbeddingProvider {
    /// The provider's own keys of `embedding`.
    associatedtype Configuration: FilterConfiguration

    /// How the service is usually reached.
    static var defaults: ServiceDefaults { get }
    /// How many numbers a vector has, where the configuration says it; default `nil`.
    var dimensions: Int? { get }
    /// The longest answer, in bytes of UTF-8, whose vector says something of all of it; default 1 KiB.
    ///
    /// A token is at least a byte, so a service that takes 8,191 tokens and refuses more is safe with 8 KiB. Others cut a text
    /// silently, some after 256 tokens, which is about 1 KiB of English.
    var longestAnswer: Int { get }

    init(_ configuration: Configuration)

    /// The request that asks for the vector of a text.
    func request(for text: String, _ call: ProviderCall) -> ProviderRequest

    /// The vector in an answer with status 2xx.
    ///
    /// - Throws: ``ProviderError`` when the answer says that something failed, or is not as documented.
    func vector(in answer: JSONAnswer) throws(ProviderError) -> [Float]
}

extension EmbeddingService {
    var dimensions: Int? { nil }
    var longestAnswer: Int { 1 << 10 }

    static func read(_ fields: ConfigurationFields) -> EmbedderOpener? {
        let service = ProviderService(fields, self.defaults)
        let provider = Self(Configuration(fields))
        guard let service else { return nil }
        return { _ in .waiting(RemoteEmbedder(provider: provider, service: service)) }
    }
}

/// Asks an embedding service.
struct RemoteEmbedder<Provider: EmbeddingService>: WaitingEmbedder {
    let provider: Provider
    let service: ProviderService
    var longestAnswer: Int { self.provider.longestAnswer }

    nonisolated(nonsending) func vector(
        of text: String,
        by callouts: any Callouts,
        at secondsSince1970: Int
    ) async throws -> [Float] {
        let vector = try await self.service.answer(by: callouts, at: secondsSince1970) { call in
            self.provider.request(for: text, call)
        } reading: { (answer) throws(ProviderError) in
            try self.provider.vector(in: answer)
        }
        if let wanted = self.provider.dimensions, wanted != vector.count {
            throw ProviderError(.badVector, "the vector has \(vector.count) dimensions; expected \(wanted)")
        }
        return vector
    }
}

extension ConfigurationFields {
    /// Takes a key that the reference has for every embedder and this one has no use for, with a warning.
    func ignored(_ key: String, _ reason: String, isSecret: Bool = false) {
        let help = "Taken for compatibility: \(reason)."
        let isGiven = isSecret ? self.secret(key, help: help) != nil : self.string(key, help: help) != nil
        if isGiven { self.warning(at: key, "has no effect: \(reason); leave it out") }
    }
}
