package import Logging
package import NIOCore

/// A client of one Redis or Valkey server: one pipelined connection, opened by the first command.
///
/// It belongs to one event loop; unless a method says otherwise, it is called there only. Call ``close()`` when done: a
/// client that is merely dropped keeps its connection.
///
/// Replies come in the order of the commands, so a command that blocks (`BLPOP`) holds up those behind it, and one that
/// changes the connection (`SELECT`, `SUBSCRIBE`, `MONITOR`, `CLIENT REPLY`) does so for all its users.
package final class RedisClient: Sendable {
    /// The addresses to try, in their order; asked before every attempt to connect.
    package typealias Addresses = @Sendable (any EventLoop) -> EventLoopFuture<[SocketAddress]>
    /// The handlers between socket and protocol, such as one for TLS, in the order from the socket.
    package typealias TransportHandlers = @Sendable (any Channel) throws -> [any ChannelHandler]

    package let eventLoop: any EventLoop
    private let driver: NIOLoopBoundBox<RedisClientDriver>

    /// Callable from anywhere. Does not connect.
    package init(
        eventLoop: any EventLoop,
        configuration: RedisConfiguration = RedisConfiguration(),
        addresses: @escaping Addresses,
        transportHandlers: @escaping TransportHandlers = { _ in [] },
        logger: Logger
    ) {
        self.eventLoop = eventLoop
        let driver = RedisClientDriver(
            eventLoop: eventLoop,
            configuration: configuration,
            addresses: addresses,
            transportHandlers: transportHandlers,
            logger: logger
        )
        self.driver = NIOLoopBoundBox.makeBoxSendingValue(driver, eventLoop: eventLoop)
    }

    package var counts: RedisCounts { driver.value.counts }

    /// Sends one command: its name, then its arguments.
    ///
    /// The future fails with a ``RedisError``; what the server refuses is a reply, ``RESPValue/error(_:)``, with the
    /// exception of `NOAUTH`. A command that was written when the connection died is not sent again.
    ///
    /// When `timeout` has passed without a byte from the server, the connection is given up with everything in flight.
    ///
    /// - Parameter timeout: from now until the reply, connecting included; at most 24 h.
    package func send(_ command: [ByteBuffer], timeout: TimeAmount) -> EventLoopFuture<RESPValue> {
        driver.value.send(command, timeout: timeout).reply
    }

    /// Answers what is in flight, then closes the connection. Commands from now on fail.
    ///
    /// - Returns: a future that succeeds when there is no connection any more.
    package func close() -> EventLoopFuture<Void> {
        driver.value.close()
    }
}

// MARK: - Async

extension RedisClient {
    /// ``send(_:timeout:)`` for tasks, callable from anywhere.
    ///
    /// Cancelling the task ends the wait at once with a `CancellationError`; the connection survives, and the late reply
    /// is dropped.
    package func reply(to command: [ByteBuffer], timeout: TimeAmount) async throws -> RESPValue {
        let interest = NIOLoopBoundBox.makeBoxSendingValue(Interest.unissued, eventLoop: eventLoop)
        return try await withTaskCancellationHandler {
            try await onLoop { self.issue(command, timeout: timeout, interest) }.get()
        } onCancel: {
            eventLoop.execute { self.withdraw(interest) }
        }
    }

    /// Whether a task still waits. It may be cancelled before its command has reached the loop.
    private enum Interest: Sendable {
        case unissued
        case issued(id: UInt64)
        case withdrawn
    }

    private func onLoop(
        _ body: @escaping @Sendable () -> EventLoopFuture<RESPValue>
    ) -> EventLoopFuture<RESPValue> {
        eventLoop.inEventLoop ? body() : eventLoop.flatSubmit(body)
    }

    private func issue(
        _ command: [ByteBuffer],
        timeout: TimeAmount,
        _ interest: NIOLoopBoundBox<Interest>
    ) -> EventLoopFuture<RESPValue> {
        if case .withdrawn = interest.value { return eventLoop.makeFailedFuture(CancellationError()) }
        let (reply, id) = driver.value.send(command, timeout: timeout)
        interest.value = .issued(id: id)
        return reply
    }

    private func withdraw(_ interest: NIOLoopBoundBox<Interest>) {
        if case .issued(let id) = interest.value { driver.value.cancel(id: id) }
        interest.value = .withdrawn
    }
}
