import FilterAPI
import Logging
import NIOCore

/// The Redis connections of one event loop: one for each server, user and database.
final class RedisClients {
    /// What two targets have in common that share a connection.
    private struct Key: Hashable {
        let service: ServiceReference
        let username: String?
        let password: Secret?
        let database: Int

        init(_ target: RedisTarget) {
            self.service = target.service
            self.username = target.username
            self.password = target.password
            self.database = target.database
        }
    }

    private final class Entry {
        let service: Service
        let client: RedisClient
        var lastUse = NIODeadline.now()

        init(_ service: Service, _ client: RedisClient) {
            self.service = service
            self.client = client
        }
    }

    /// After that time without a command a connection is not kept when others are made.
    private static let longestRest = TimeAmount.minutes(5)

    private let upstream: UpstreamLoop
    private let logger: Logger
    private var entries: [Key: Entry] = [:]
    private var isClosed = false

    init(_ upstream: UpstreamLoop, logger: Logger) {
        self.upstream = upstream
        self.logger = logger
    }

    /// The client for a target; `nil` when its service does not exist.
    func client(for target: RedisTarget) -> RedisClient? {
        guard let services = upstream.client(for: target.service) else { return nil }
        let key = Key(target)
        if let entry = entries[key], entry.service === services.service {
            entry.lastUse = .now()
            return entry.client
        }
        closeUnused()
        // A reload has changed the service: the old connection ends when its replies are there.
        if let entry = entries[key] { _ = entry.client.close() }
        let client = makeClient(target, services)
        entries[key] = Entry(services.service, client)
        if isClosed { _ = client.close() }
        return client
    }

    func close() -> EventLoopFuture<Void> {
        isClosed = true
        return EventLoopFuture.andAllComplete(entries.values.map { $0.client.close() }, on: upstream.eventLoop)
    }

    /// Filters come and go with their configuration; nobody says when the last user of a target is gone.
    private func closeUnused() {
        let limit = NIODeadline.now() - RedisClients.longestRest
        for (key, entry) in entries where entry.lastUse < limit {
            entries[key] = nil
            _ = entry.client.close()
        }
    }

    private func makeClient(_ target: RedisTarget, _ services: ServiceClient) -> RedisClient {
        let bound = NIOLoopBound(services, eventLoop: upstream.eventLoop)
        let service = services.service
        return RedisClient(
            eventLoop: upstream.eventLoop,
            configuration: RedisClients.configuration(of: target, service.definition),
            addresses: { _ in bound.value.addresses() },
            transportHandlers: { _ in try service.makeTLSHandler().map { [$0] } ?? [] },
            logger: logger
        )
    }

    private static func configuration(
        of target: RedisTarget,
        _ definition: ServiceDefinition
    ) -> RedisConfiguration {
        var configuration = RedisConfiguration()
        configuration.database = target.database
        configuration.connectTimeout = TimeAmount(bounded: definition.connectTimeout)
        let password = target.password.flatMap { $0.isEmpty ? nil : $0.reveal() }
        configuration.credentials =
            switch (target.username, password) {
            case (let username?, let password?) where !username.isEmpty: .user(username, password: password)
            case (_, let password?): .password(password)
            default: .none
            }
        return configuration
    }
}
