import FilterAPI
import NIOCore

/// Answers in Redis or Valkey: `cache.type: redis`.
final class RedisCache: CacheProvider, RemoteCacheStore {
    static let type = "redis"
    static let defaultPort = 6379

    let target: RedisTarget

    init(target: RedisTarget) { self.target = target }

    static func read(_ fields: ConfigurationFields) -> CacheStoreOpener? {
        self.read(fields, defaultTimeout: .seconds(10), takesDatabase: true)
    }

    /// - Parameters:
    ///   - defaultTimeout: 10 s in the current form, 1 s in the legacy form.
    ///   - takesDatabase: Whether the keys that came later are taken.
    static func read(
        _ fields: ConfigurationFields,
        defaultTimeout: Duration,
        takesDatabase: Bool
    ) -> CacheStoreOpener? {
        let service = fields.service(
            host: takesDatabase ? "serviceHost" : nil,
            defaultPort: Self.defaultPort,
            help: "The Redis service, with its suffix."
        )
        let username = fields.string("username", help: "The ACL user; default: the default user.")
        let password = fields.secret("password", help: "The password; default: none.")
        let database =
            takesDatabase ? fields.integer("database", in: 0...65535, default: 0, help: "The database to SELECT.") : 0
        let timeout = fields.duration(
            "timeout",
            bareUnit: .milliseconds,
            in: .milliseconds(1)...(.seconds(600)),
            default: defaultTimeout,
            help: "How long one command may take, connecting included."
        )
        guard let service else { return nil }
        let target = RedisTarget(
            service: service,
            username: username,
            password: password,
            database: database,
            timeout: timeout
        )
        return { _ in .remote(RedisCache(target: target)) }
    }

    nonisolated(nonsending) func value(
        of key: CacheKey,
        by callouts: any Callouts
    ) async throws -> StoredBytes? {
        let reply = try await callouts.redis(
            [ByteBuffer(string: "GET"), ByteBuffer(string: key.stored)],
            on: self.target
        )
        guard case .string(let bytes) = reply else { return nil }
        return StoredBytes(bytes: bytes)
    }

    nonisolated(nonsending) func store(
        _ bytes: ByteBuffer,
        under key: CacheKey,
        timeToLive: Duration?,
        by callouts: any Callouts
    ) async throws {
        var command = [ByteBuffer(string: "SET"), ByteBuffer(string: key.stored), bytes]
        if let timeToLive {
            command.append(ByteBuffer(string: "PX"))
            command.append(ByteBuffer(string: String(timeToLive.wholeMilliseconds)))
        }
        _ = try await callouts.redis(command, on: self.target)
    }
}

extension Duration {
    /// Milliseconds, at least one.
    fileprivate var wholeMilliseconds: Int64 {
        max(1, self.components.seconds * 1000 + self.components.attoseconds / 1_000_000_000_000_000)
    }
}
