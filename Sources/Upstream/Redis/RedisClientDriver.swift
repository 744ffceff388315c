import Logging
import NIOCore

/// The part of a client that lives on its event loop: does what ``RedisReconnection`` decides.
final class RedisClientDriver {
    private let eventLoop: any EventLoop
    private let configuration: RedisConfiguration
    private let connector: RedisConnector
    private let transportHandlers: RedisClient.TransportHandlers
    private let logger: Logger
    private var reconnection = RedisReconnection()
    private var connection: RedisConnection?
    /// Done when the latest connection has no channel any more.
    private var connectionClosed: EventLoopFuture<Void>?
    private var pause: Scheduled<Void>?
    private var lastID: UInt64 = 0
    private var tally = RedisCounts()
    private var generator = SystemRandomNumberGenerator()

    init(
        eventLoop: any EventLoop,
        configuration: RedisConfiguration,
        addresses: @escaping RedisClient.Addresses,
        transportHandlers: @escaping RedisClient.TransportHandlers,
        logger: Logger
    ) {
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.transportHandlers = transportHandlers
        self.logger = logger
        connector = RedisConnector(
            eventLoop: eventLoop,
            addresses: addresses,
            timeout: configuration.connectTimeout
        )
    }

    var counts: RedisCounts {
        var counts = tally
        counts.waiting = connection?.waitingCount ?? 0
        counts.inFlight = connection?.inFlightCount ?? 0
        return counts
    }

    /// - Returns: the reply to come, and the name under which to cancel the command.
    func send(_ arguments: [ByteBuffer], timeout: TimeAmount) -> (reply: EventLoopFuture<RESPValue>, id: UInt64) {
        lastID &+= 1
        tally.commands += 1
        let command = RedisCommand(
            id: lastID,
            arguments: arguments,
            timeout: min(max(timeout, .zero), .hours(24)),
            now: eventLoop.now,
            token: eventLoop.makePromise(of: RESPValue.self)
        )
        if arguments.isEmpty {
            fail(command.token, RedisError(.emptyCommand, "a command needs at least its name"))
        } else {
            submit(command)
        }
        return (command.token.futureResult, command.id)
    }

    func cancel(id: UInt64) {
        connection?.cancel(id: id)?.fail(CancellationError())
    }

    func close() -> EventLoopFuture<Void> {
        reconnection.close()
        pause?.cancel()
        connection?.close()
        return connectionClosed ?? eventLoop.makeSucceededVoidFuture()
    }
}

extension RedisClientDriver {
    private func submit(_ command: RedisCommand<RedisConnection.Reply>) {
        switch reconnection.commandIssued() {
        case .connect:
            connect()
            enqueue(command)
        case .enqueue: enqueue(command)
        case .refuse(let error): fail(command.token, error)
        }
    }

    private func enqueue(_ command: RedisCommand<RedisConnection.Reply>) {
        guard let connection, connection.takesCommands else {
            return fail(command.token, RedisError(.notConnected, "not connected"))
        }
        guard connection.waitingCount + connection.inFlightCount < configuration.maximumCommands else {
            let limit = configuration.maximumCommands
            return fail(command.token, RedisError(.overloaded, "\(limit) commands are waiting for the server already"))
        }
        connection.enqueue(command)
    }

}

// MARK: - Connecting

extension RedisClientDriver {
    private func connect() {
        tally.connects += 1
        let connection = RedisConnection(owner: self, configuration: configuration, eventLoop: eventLoop)
        self.connection = connection
        let closed = eventLoop.makePromise(of: Void.self)
        connectionClosed = closed.futureResult
        connector.connect().assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let channel):
                channel.closeFuture.cascade(to: closed)
                open(connection, on: channel)
            case .failure(let error):
                connection.couldNotOpen(error as? RedisError ?? RedisError(.notConnected, "connect", underlying: error))
                closed.succeed()
            }
        }
    }

    private func open(_ connection: RedisConnection, on channel: any Channel) {
        guard !connection.isClosed else { return channel.close(promise: nil) }
        do {
            try channel.pipeline.syncOperations.addHandlers(transportHandlers(channel))
            try channel.pipeline.syncOperations.addHandler(connection)
        } catch {
            connection.couldNotOpen(RedisError(.notConnected, "the transport could not be set up", underlying: error))
            channel.close(promise: nil)
        }
    }

    private func pauseElapsed() {
        pause = nil
        if reconnection.pauseElapsed() { connect() }
    }
}

// MARK: - What connections report

extension RedisClientDriver {
    func becameReady() {
        reconnection.becameReady()
        logger.debug("redis connection ready")
    }

    func fail(_ reply: RedisConnection.Reply, _ error: RedisError) {
        tally.failures += 1
        reply.fail(error)
    }

    func timedOut(_ reply: RedisConnection.Reply) {
        tally.timeouts += 1
        fail(reply, RedisError(.timeout, "the server did not reply in time"))
    }

    func ended(_ connection: RedisConnection, _ end: RedisConnection.StateMachine.End) {
        if self.connection === connection { self.connection = nil }
        if end.failure != nil {
            if end.wasReady { tally.lostConnections += 1 } else { tally.connectFailures += 1 }
        }
        if case .backOff = reconnection.ended(failure: end.failure, hasServed: end.hasServed) { backOff(end.failure) }
        let failure = end.failure ?? .clientClosed
        for reply in end.written { fail(reply, failure.forWrittenCommand) }
        for command in end.unwritten {
            // The server has not seen it: a connection that worked until now deserves a second one.
            if end.wasReady { submit(command) } else { fail(command.token, failure.forUnwrittenCommand) }
        }
    }

    private func backOff(_ failure: RedisError?) {
        let pause = configuration.backOff.pause(failures: reconnection.failures, using: &generator)
        self.pause = eventLoop.assumeIsolated().scheduleTask(in: pause) { [self] in pauseElapsed() }
        // Whoever waited for the connection hears of the error, and warns of what it kept from being done.
        logger.debug("redis connection failed", metadata: failure.map { ["error": "\($0)"] })
    }
}
