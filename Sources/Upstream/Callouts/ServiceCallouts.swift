package import FilterAPI
package import Logging
package import NIOCore

/// The callouts of all streams of one event loop.
///
/// HTTP requests share the connection pools with the routes; Redis commands to equal targets share one connection.
package final class ServiceCallouts: Callouts {
    private let upstream: UpstreamLoop
    private let redis: RedisClients

    /// - Parameters:
    ///   - upstream: The services of the current event loop.
    ///   - logger: Hears of Redis connections.
    package init(_ upstream: UpstreamLoop, logger: Logger) {
        self.upstream = upstream
        self.redis = RedisClients(upstream, logger: logger)
    }

    package nonisolated(nonsending) func http(
        _ request: CalloutRequest,
        to service: ServiceReference
    ) async throws -> CalloutResponse {
        upstream.eventLoop.preconditionInEventLoop()
        guard let client = upstream.client(for: service) else { throw CalloutError.unknown(service) }
        guard let scope = TraceScope.current else { return try await self.send(request, to: service, client) }
        return try await scope.callout(request, to: service) { try await self.send($0, to: service, client) }
    }

    private nonisolated(nonsending) func send(
        _ request: CalloutRequest,
        to service: ServiceReference,
        _ client: ServiceClient
    ) async throws -> CalloutResponse {
        let eventLoop = upstream.eventLoop
        let callout = NIOLoopBound(HTTPCallout(request, to: service, client), eventLoop: eventLoop)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                callout.value.begin { continuation.resume(with: $0.mapError { $0 }) }
            }
        } onCancel: {
            eventLoop.execute { callout.value.cancel() }
        }
    }

    package nonisolated(nonsending) func redis(
        _ command: [ByteBuffer],
        on target: RedisTarget
    ) async throws -> RedisValue {
        upstream.eventLoop.preconditionInEventLoop()
        guard let client = redis.client(for: target) else { throw CalloutError.unknown(target.service) }
        guard let scope = TraceScope.current else { return try await self.send(command, target, client) }
        return try await scope.redis(command, on: target) { try await self.send(command, target, client) }
    }

    private nonisolated(nonsending) func send(
        _ command: [ByteBuffer],
        _ target: RedisTarget,
        _ client: RedisClient
    ) async throws -> RedisValue {
        let reply: RESPValue
        do {
            reply = try await client.reply(to: command, timeout: TimeAmount(bounded: target.timeout))
        } catch {
            throw CalloutError(redis: error, of: target.service)
        }
        return try RedisValue(reply)
    }

    /// Closes the Redis connections; commands from now on fail. The services are closed by ``UpstreamLoop/close()``.
    ///
    /// - Returns: a future that succeeds when there is no connection any more.
    package func close() -> EventLoopFuture<Void> {
        redis.close()
    }
}
