import FilterAPI
import NIOCore

/// Where answers are kept.
enum CacheStore: Sendable {
    /// In this process: asked at once, without a task.
    case local(any LocalCacheStore)
    /// Behind a call that has to be waited for and may fail.
    case remote(any RemoteCacheStore)

    var isLocal: Bool { if case .local = self { true } else { false } }
}

/// What a store holds under a key.
struct StoredBytes: Sendable {
    /// What was stored.
    var bytes: ByteBuffer
    /// Seconds since it was stored, where the store knows.
    var age: Int?
    /// What others have read of the bytes, where the store keeps it.
    var decoded: DecodedAnswer?

    /// What the bytes say; `nil` when they are no answer.
    func value(as form: StoredForm) -> CachedValue? {
        guard let decoded else { return form.decode(self.bytes) }
        return decoded.value(as: form) { form.decode(self.bytes) }
    }
}

/// A store in this process. Called from all event loops at once.
protocol LocalCacheStore: AnyObject, Sendable {
    func value(of key: CacheKey, at now: NIODeadline) -> StoredBytes?
    /// - Parameters:
    ///   - timeToLive: `nil` for ever.
    ///   - age: The seconds since the answer was first stored, under whatever wording.
    func store(_ bytes: ByteBuffer, under key: CacheKey, timeToLive: Duration?, age: Int, at now: NIODeadline)
    /// Forgets entries.
    func purge(_ purge: Purge) -> PurgedEntries
}

extension LocalCacheStore {
    /// Stores a new answer.
    ///
    /// - Parameter timeToLive: `nil` for ever.
    func store(_ bytes: ByteBuffer, under key: CacheKey, timeToLive: Duration?, at now: NIODeadline) {
        self.store(bytes, under: key, timeToLive: timeToLive, age: 0, at: now)
    }
}

/// A store behind a service. Called on the event loop of the stream, with the stream's callouts.
protocol RemoteCacheStore: AnyObject, Sendable {
    /// - Throws: `CalloutError` when the store does not answer as it should.
    nonisolated(nonsending) func value(of key: CacheKey, by callouts: any Callouts) async throws -> StoredBytes?
    /// - Parameter timeToLive: `nil` for ever.
    /// - Throws: `CalloutError` when the store does not answer as it should.
    nonisolated(nonsending) func store(
        _ bytes: ByteBuffer,
        under key: CacheKey,
        timeToLive: Duration?,
        by callouts: any Callouts
    ) async throws
    /// Forgets entries whose keys begin with a prefix.
    /// - Throws: `CalloutError` when the store does not answer as it should.
    nonisolated(nonsending) func purge(_ purge: Purge, prefix: String, by callouts: any Callouts) async throws
        -> PurgedEntries
}

/// A kind of store: one file, and one line in `cacheProviders`.
protocol CacheProvider: Sendable {
    /// The text of `cache.type`.
    static var type: String { get }

    /// Declares the provider's own keys of `cache` and reads them.
    ///
    /// - Returns: What opens the store once the whole configuration is known to be free of errors, or `nil` when these
    ///   keys are not.
    static func read(_ fields: ConfigurationFields) -> CacheStoreOpener?
}

/// Opens a store for a filter that is being built.
typealias CacheStoreOpener = @Sendable (FilterEnvironment) -> CacheStore
