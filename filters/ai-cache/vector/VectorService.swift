import FilterAPI
import NIOCore

/// A vector store behind a JSON service: says what to send and how to read the answers, and nothing else.
///
/// Host, port, timeout, status and the size of answers are ``ProviderService``'s matter.
protocol VectorService: VectorProvider {
    /// The provider's own keys of `vector`.
    associatedtype Configuration: FilterConfiguration

    /// How the service is usually reached.
    static var defaults: ServiceDefaults { get }
    /// What the store's scores mean, by its configuration.
    var score: ScoreKind { get }
    /// The longest answer that an entry can hold, in bytes; default no limit.
    var longestAnswer: Int { get }

    init(_ configuration: Configuration)

    /// The request that asks for the nearest entries.
    func request(for query: VectorQuery, _ call: ProviderCall) -> ProviderRequest

    /// The neighbours in an answer with status 2xx; none when the collection has none.
    ///
    /// - Throws: ``ProviderError`` when the answer says that something failed, or is not as documented.
    func neighbours(in answer: JSONAnswer) throws(ProviderError) -> [Neighbour]

    /// The request that stores an entry.
    func request(storing entry: VectorEntry, _ call: ProviderCall) -> ProviderRequest

    /// Checks the answer to storing, one with status 2xx.
    ///
    /// - Throws: ``ProviderError`` when it says that something failed.
    func checkStored(_ answer: JSONAnswer) throws(ProviderError)

    /// The request with which entries are forgotten, or with which a removal of several requests begins.
    func request(removing removal: VectorRemoval, _ call: ProviderCall) -> ProviderRequest

    /// The request that forgets the entries of a question without a scope, or with which that begins: by the name that they
    /// were stored under, or by the question itself where the service names entries; `nil` when it cannot be asked for this
    /// one.
    func request(removingQuestion question: String, _ call: ProviderCall) -> ProviderRequest?

    /// How many entries are gone, by the answer to such a request, one with status 2xx; default `nil` for unknown.
    ///
    /// - Throws: ``ProviderError`` when it says that something failed, or is not as documented.
    func countRemoved(_ answer: JSONAnswer) throws(ProviderError) -> Int?

    /// What comes after an answer to a request of such a removal, one with status 2xx; default: all are gone, as
    /// ``countRemoved(_:)`` says.
    ///
    /// - Throws: ``ProviderError`` when it says that something failed, or is not as documented.
    func step(after answer: JSONAnswer, removingQuestion question: String) throws(ProviderError) -> RemovalStep

    /// What comes after an answer, one with status 2xx, to a request of a removal.
    ///
    /// - Throws: ``ProviderError`` when it says that something failed, or is not as documented.
    func step(after answer: JSONAnswer, _ removal: VectorRemoval) throws(ProviderError) -> RemovalStep
}

extension VectorService {
    var longestAnswer: Int { Int.max }

    func countRemoved(_ answer: JSONAnswer) throws(ProviderError) -> Int? {
        try self.checkStored(answer)
        return nil
    }

    func step(after answer: JSONAnswer, removingQuestion question: String) throws(ProviderError) -> RemovalStep {
        .done(count: try self.countRemoved(answer))
    }

    static func read(_ fields: ConfigurationFields) -> VectorStoreOpener? {
        let service = ProviderService(fields, self.defaults)
        let provider = Self(Configuration(fields))
        guard let service else { return nil }
        return VectorStoreOpener(score: provider.score) { _ in
            .remote(RemoteVectors(provider: provider, service: service))
        }
    }
}

/// Asks a vector service.
struct RemoteVectors<Provider: VectorService>: RemoteVectorStore {
    /// How many requests one removal makes at most.
    private static var mostRemovalRequests: Int { 1000 }

    let provider: Provider
    let service: ProviderService

    var longestAnswer: Int { self.provider.longestAnswer }

    nonisolated(nonsending) func neighbours(
        of query: VectorQuery,
        by callouts: any Callouts
    ) async throws -> [Neighbour] {
        try await self.service.answer(by: callouts, at: query.secondsSince1970) { call in
            self.provider.request(for: query, call)
        } reading: { (answer) throws(ProviderError) in
            try self.provider.neighbours(in: answer)
        }
    }

    nonisolated(nonsending) func store(_ entry: VectorEntry, by callouts: any Callouts) async throws {
        try await self.service.answer(by: callouts, at: entry.secondsSince1970) { call in
            self.provider.request(storing: entry, call)
        } reading: { (answer) throws(ProviderError) in
            try self.provider.checkStored(answer)
        }
    }

    nonisolated(nonsending) func remove(
        _ removal: VectorRemoval,
        at secondsSince1970: Int,
        by callouts: any Callouts
    ) async throws -> Int? {
        try await self.remove(at: secondsSince1970, by: callouts) { call in
            self.provider.request(removing: removal, call)
        } reading: { (answer) throws(ProviderError) in
            try self.provider.step(after: answer, removal)
        }
    }

    nonisolated(nonsending) func remove(
        question: String,
        at secondsSince1970: Int,
        by callouts: any Callouts
    ) async throws -> Int? {
        let call = ProviderCall(host: self.service.host, secondsSince1970: secondsSince1970)
        guard let request = self.provider.request(removingQuestion: question, call) else {
            throw ProviderError(
                .unsupported,
                "\(Provider.type) cannot be asked for this question, and with an empty scope records hold no key"
            )
        }
        return try await self.remove(at: secondsSince1970, by: callouts) { _ in
            request
        } reading: { (answer) throws(ProviderError) in
            try self.provider.step(after: answer, removingQuestion: question)
        }
    }

    private nonisolated(nonsending) func remove(
        at secondsSince1970: Int,
        by callouts: any Callouts,
        beginning first: (ProviderCall) -> ProviderRequest,
        reading read: (JSONAnswer) throws(ProviderError) -> RemovalStep
    ) async throws -> Int? {
        var removed = 0
        var next: ProviderRequest?
        for _ in 0..<Self.mostRemovalRequests {
            let step = try await self.service.answer(by: callouts, at: secondsSince1970) { call in
                next ?? first(call)
            } reading: { (answer) throws(ProviderError) in
                try read(answer)
            }
            switch step {
            case .done(let count): return count.map { removed + $0 }
            case .again(let count):
                removed += count
                next = nil
            case .next(let request): next = request
            }
        }
        throw ProviderError(.refused, "entries are left after \(Self.mostRemovalRequests) requests")
    }
}
