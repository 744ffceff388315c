import NIOCore

/// Drives one connection: does what ``RedisConnectionStateMachine`` decides. Confined to its event loop.
final class RedisConnection {
    typealias Reply = EventLoopPromise<RESPValue>
    typealias StateMachine = RedisConnectionStateMachine<Reply>

    private let eventLoop: any EventLoop
    private var stateMachine: StateMachine
    private var parser: RESPParser
    private var context: ChannelHandlerContext?
    private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?
    private var isFlushScheduled = false
    /// Until the end of the connection.
    private var owner: RedisClientDriver?

    init(owner: RedisClientDriver, configuration: RedisConfiguration, eventLoop: any EventLoop) {
        self.owner = owner
        self.eventLoop = eventLoop
        stateMachine = StateMachine(configuration: configuration, now: eventLoop.now)
        parser = RESPParser(limits: configuration.limits)
    }

    var waitingCount: Int { stateMachine.waitingCount }
    var inFlightCount: Int { stateMachine.inFlightCount }
    var takesCommands: Bool { stateMachine.takesCommands }
    var isClosed: Bool { stateMachine.isClosed }

    func enqueue(_ command: RedisCommand<Reply>) {
        stateMachine.enqueue(command)
        arm(for: command.deadline)
        scheduleFlush()
    }

    func cancel(id: UInt64) -> Reply? {
        stateMachine.cancel(id: id)
    }

    /// No channel will come.
    func couldNotOpen(_ error: RedisError) {
        end(cause: error)
    }

    /// Answers what has been accepted, then closes.
    func close() {
        flush()
        let isReady = stateMachine.isReady
        if stateMachine.beginClosing() { end(cause: isReady ? nil : .clientClosed) }
    }
}

// MARK: - Writing

extension RedisConnection {
    /// Commands of one tick leave together: at the end of the read that caused them, or else of the tick.
    private func scheduleFlush() {
        guard !isFlushScheduled, stateMachine.isReady else { return }
        isFlushScheduled = true
        eventLoop.assumeIsolated().execute { [self] in
            isFlushScheduled = false
            flush()
        }
    }

    private func flush() {
        guard let context else { return }
        let commands = stateMachine.takeWritable()
        guard !commands.isEmpty else { return }
        var encoder = RESPCommandEncoder(allocator: context.channel.allocator)
        for command in commands { encoder.append(command.arguments) }
        write(encoder, to: context)
    }

    private func write(_ encoder: consuming RESPCommandEncoder, to context: ChannelHandlerContext) {
        // A failed write ends the channel, and with it every command.
        for buffer in encoder.finish() { context.write(wrapOutboundOut(buffer), promise: nil) }
        context.flush()
    }

    private func writeHandshake(_ command: [ByteBuffer], to context: ChannelHandlerContext) {
        var encoder = RESPCommandEncoder(allocator: context.channel.allocator)
        encoder.append(command)
        write(encoder, to: context)
    }
}

// MARK: - Reading

extension RedisConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { start(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(cause: nil)
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        start(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(cause: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(cause: RedisError(.connectionLost, "the connection failed", underlying: error))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        stateMachine.receivedBytes(now: eventLoop.now)
        parser.append(unwrapInboundIn(data))
        do throws(RESPParseError) {
            while !stateMachine.isClosed, let value = try parser.next() { received(value, context) }
        } catch {
            end(cause: RedisError(.protocolViolation, "the server sent what is not RESP", underlying: error))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush()
    }

    private func start(_ context: ChannelHandlerContext) {
        guard let hello = stateMachine.connected(now: eventLoop.now) else { return }
        rearm()
        writeHandshake(hello, to: context)
    }

    private func received(_ value: RESPValue, _ context: ChannelHandlerContext) {
        switch stateMachine.received(value) {
        case .discard: break
        case .deliver(let reply, let value): reply.succeed(value)
        case .failCommand(let reply, let error): owner?.fail(reply, error)
        case .sendHandshake(let command): writeHandshake(command, to: context)
        case .becomeReady:
            owner?.becameReady()
            scheduleFlush()
        case .fail(let error): end(cause: error)
        }
        if stateMachine.hasFinishedClosing { end(cause: nil) }
    }
}

// MARK: - Time and end

extension RedisConnection {
    private func arm(for deadline: NIODeadline) {
        if let timer, timer.deadline <= deadline { return }
        timer?.task.cancel()
        let task = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [self] in
            timer = nil
            rearm()
        }
        timer = (deadline, task)
    }

    /// Times out what is overdue, and looks again when the next is.
    private func rearm() {
        let action = stateMachine.timerFired(now: eventLoop.now)
        if let next = action.next, action.failure == nil { arm(for: next) }
        for reply in action.expired { owner?.timedOut(reply) }
        if let failure = action.failure { end(cause: failure) }
        if stateMachine.hasFinishedClosing { end(cause: nil) }
    }

    private func end(cause: RedisError?) {
        guard let end = stateMachine.end(cause: cause) else { return }
        timer?.task.cancel()
        timer = nil
        context?.close(promise: nil)
        let owner = owner
        self.owner = nil
        owner?.ended(self, end)
    }
}
