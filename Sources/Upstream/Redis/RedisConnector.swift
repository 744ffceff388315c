import NIOCore
import NIOPosix

/// Opens a channel to the first of a server's addresses that answers.
struct RedisConnector: Sendable {
    let eventLoop: any EventLoop
    let addresses: RedisClient.Addresses
    /// Bounds finding the addresses, and then each attempt to connect.
    let timeout: TimeAmount

    /// - Returns: an open channel without handlers, or a ``RedisError`` that names every address that was tried.
    func connect() -> EventLoopFuture<any Channel> {
        resolve().flatMap { addresses in
            guard !addresses.isEmpty else {
                return eventLoop.makeFailedFuture(RedisError(.notConnected, "the server has no address"))
            }
            return connect(to: addresses[...], refusals: [])
        }
    }

    private func resolve() -> EventLoopFuture<[SocketAddress]> {
        let promise = eventLoop.makePromise(of: [SocketAddress].self)
        let limit = eventLoop.scheduleTask(in: timeout) {
            promise.fail(RedisError(.notConnected, "finding the server's addresses took too long"))
        }
        addresses(eventLoop).hop(to: eventLoop).whenComplete { result in
            limit.cancel()
            promise.completeWith(
                result.mapError { RedisError(.notConnected, "finding the server's addresses failed", underlying: $0) }
            )
        }
        return promise.futureResult
    }

    private func connect(
        to addresses: ArraySlice<SocketAddress>,
        refusals: [String]
    ) -> EventLoopFuture<any Channel> {
        guard let address = addresses.first else {
            return eventLoop.makeFailedFuture(RedisError(.notConnected, refusals.joined(separator: "; ")))
        }
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .connect(to: address)
            .flatMapError { error in
                connect(to: addresses.dropFirst(), refusals: refusals + ["\(address): \(error)"])
            }
    }
}
