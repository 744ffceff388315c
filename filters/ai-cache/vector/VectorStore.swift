import FilterAPI
import NIOCore

/// Where questions are kept by their vectors.
enum VectorStore: Sendable {
    /// In this process: asked at once, without a task, as long as that is quick.
    case local(any LocalVectorStore)
    /// Has to be waited for and may fail.
    case remote(any RemoteVectorStore)
}

/// A vector store in this process. Called from all event loops at once.
protocol LocalVectorStore: Sendable {
    /// What is known of the entries' answers; kept in the same snapshot.
    var labels: LabelLedger { get }
    /// What the entries' answers say; kept in the same snapshot.
    var answers: AnswerMarks { get }

    /// Whether there are so few entries of the query's scope that an event loop may search itself.
    func isQuick(_ query: VectorQuery) -> Bool

    /// The nearest entries, in any order; at most as many as asked for. Those that have expired may be among them.
    ///
    /// - Throws: ``ProviderError`` when the vector does not fit the ones that are stored.
    func neighbours(of query: VectorQuery) throws(ProviderError) -> [Neighbour]

    /// The same, searched on another thread.
    nonisolated(nonsending) func neighboursElsewhere(of query: VectorQuery) async throws(ProviderError) -> [Neighbour]

    /// Stores an entry in place of one with the same key. It is found from then on; what takes time comes later, on
    /// another thread.
    ///
    /// - Returns: Whether it was taken; not when too many others wait for that thread.
    /// - Throws: ``ProviderError`` when the vector does not fit the ones that are stored.
    func store(_ entry: VectorEntry) throws(ProviderError) -> Bool

    /// Forgets entries; answers how many there were.
    nonisolated(nonsending) func remove(_ removal: VectorRemoval) async -> Int

    /// The digest of the scope of the entry with that key, if there is such an entry and it has one.
    nonisolated(nonsending) func scope(of key: CacheKeyID) async -> String?
}

/// A vector store that has to be waited for. Called on the event loop of the stream.
protocol RemoteVectorStore: Sendable {
    /// The longest answer that an entry can hold, in bytes.
    var longestAnswer: Int { get }

    /// The nearest entries, in any order. Those of other scopes, and expired ones, may be among them.
    ///
    /// - Throws: `CalloutError` or ``ProviderError``.
    nonisolated(nonsending) func neighbours(of query: VectorQuery, by callouts: any Callouts) async throws
        -> [Neighbour]

    /// Stores an entry, where the store can in place of one with the same id.
    ///
    /// - Throws: `CalloutError` or ``ProviderError``.
    nonisolated(nonsending) func store(_ entry: VectorEntry, by callouts: any Callouts) async throws

    /// Forgets entries that have a scope.
    ///
    /// - Parameters:
    ///   - removal: Which.
    ///   - secondsSince1970: The time.
    ///   - callouts: The way to the service.
    /// - Returns: How many there were; `nil` when the service does not tell.
    /// - Throws: `CalloutError` or ``ProviderError``; a part of them may then have gone.
    nonisolated(nonsending) func remove(
        _ removal: VectorRemoval,
        at secondsSince1970: Int,
        by callouts: any Callouts
    ) async throws -> Int?

    /// Forgets the entry with a question among those without a scope.
    ///
    /// - Returns: How many there were; `nil` when the service does not tell.
    /// - Throws: `CalloutError` or ``ProviderError``, with the code `unsupported` where such entries cannot be told apart.
    nonisolated(nonsending) func remove(
        question: String,
        at secondsSince1970: Int,
        by callouts: any Callouts
    ) async throws -> Int?
}

/// Makes a vector store for a filter that is being built, and says what is known of it before.
struct VectorStoreOpener: Sendable {
    /// What the store's scores mean, by its configuration.
    let score: ScoreKind
    /// Makes the store.
    let open: @Sendable (FilterEnvironment) throws -> VectorStore
}

/// A kind of vector store: one file, and one line in `vectorProviders`.
protocol VectorProvider: Sendable {
    /// The text of `vector.type`.
    static var type: String { get }

    /// Declares the provider's own keys of `vector` and reads them.
    ///
    /// - Returns: What makes the store once the whole configuration is known to be free of errors, or `nil` when these
    ///   keys are not.
    static func read(_ fields: ConfigurationFields) -> VectorStoreOpener?
}
