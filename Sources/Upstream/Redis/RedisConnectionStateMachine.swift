package import NIOCore

/// Decides what one connection does; knows neither clock nor channel.
///
/// connecting -> handshaking -> ready -> closing -> closed. Commands are taken from the start, and wait until the
/// connection is ready and the driver flushes; only what has been handed out by ``takeWritable()`` counts as written.
package struct RedisConnectionStateMachine<Token>: ~Copyable {
    private enum Phase {
        case connecting
        case handshaking(RedisHandshake, since: NIODeadline)
        case ready
        case closing
        case closed
    }

    private var phase: Phase = .connecting
    private var waiting = CircularBuffer<RedisCommand<Token>>()
    private var replies: RedisReplyQueue<Token>
    private var hasServed = false
    private let credentials: RedisCredentials
    private let database: Int
    private let connectTimeout: TimeAmount
    /// The longest timeout of the commands so far; zero before the first.
    private var patience: TimeAmount = .zero

    package init(configuration: RedisConfiguration, now: NIODeadline) {
        credentials = configuration.credentials
        database = configuration.database
        connectTimeout = configuration.connectTimeout
        replies = RedisReplyQueue(now: now)
    }

    package var waitingCount: Int { waiting.count }
    package var inFlightCount: Int { replies.count }

    package var isReady: Bool {
        if case .ready = phase { true } else { false }
    }

    package var isClosed: Bool {
        if case .closed = phase { true } else { false }
    }

    /// Whether a command may still be added.
    package var takesCommands: Bool {
        switch phase {
        case .connecting, .handshaking, .ready: true
        case .closing, .closed: false
        }
    }

    /// Adds a command; call only while ``takesCommands``.
    package mutating func enqueue(_ command: RedisCommand<Token>) {
        waiting.append(command)
        patience = max(patience, command.timeout)
    }

    /// The channel is open: what to write first, nil when that has been said already.
    package mutating func connected(now: NIODeadline) -> [ByteBuffer]? {
        guard case .connecting = phase else { return nil }
        let handshake = RedisHandshake(credentials: credentials, database: database)
        phase = .handshaking(handshake, since: now)
        return handshake.start()
    }

    /// The commands to write now.
    package mutating func takeWritable() -> [RedisCommand<Token>] {
        guard isReady, !waiting.isEmpty else { return [] }
        let commands = Array(waiting)
        waiting.removeAll(keepingCapacity: true)
        for command in commands { replies.append(command) }
        return commands
    }

    /// Takes the interest out of a command; its token, when somebody still waited.
    package mutating func cancel(id: UInt64) -> Token? {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            return waiting.remove(at: index).token
        }
        return replies.abandon(id: id)
    }
}

// MARK: - Replies

extension RedisConnectionStateMachine {
    package enum ReplyAction {
        /// The reply to a command that nobody waits for any more.
        case discard
        case deliver(Token, RESPValue)
        /// A reply that says that the connection lacks credentials.
        case failCommand(Token, RedisError)
        case sendHandshake([ByteBuffer])
        case becomeReady
        /// The server may not be listened to any further.
        case fail(RedisError)
    }

    package mutating func receivedBytes(now: NIODeadline) {
        replies.receivedBytes(now: now)
    }

    package mutating func received(_ value: RESPValue) -> ReplyAction {
        if case .push = value, !isClosed {
            return .fail(RedisError(.protocolViolation, "the server pushed what nobody subscribed to"))
        }
        switch phase {
        case .handshaking(let handshake, let start): return received(value, during: handshake, since: start)
        case .ready, .closing: return receivedReply(value)
        case .connecting: return .fail(.unsolicitedReply)
        case .closed: return .discard
        }
    }

    private mutating func received(
        _ value: RESPValue,
        during handshake: RedisHandshake,
        since start: NIODeadline
    ) -> ReplyAction {
        var handshake = handshake
        let action = handshake.received(value)
        phase = .handshaking(handshake, since: start)
        switch action {
        case .send(let command): return .sendHandshake(command)
        case .refused(let error): return .fail(error)
        case .finished:
            phase = .ready
            return .becomeReady
        }
    }

    private mutating func receivedReply(_ value: RESPValue) -> ReplyAction {
        switch replies.takeNext() {
        case .unsolicited: return .fail(.unsolicitedReply)
        case .abandoned: return .discard
        case .awaited(let token):
            hasServed = true
            return value.errorCode == "NOAUTH" ? .failCommand(token, .authenticationRequired) : .deliver(token, value)
        }
    }
}

// MARK: - Time

extension RedisConnectionStateMachine {
    package struct TimerAction {
        /// Their commands have timed out.
        package var expired: [Token] = []
        /// The connection is of no further use.
        package var failure: RedisError?
        /// When to ask again; nil when nothing is waited for.
        package var next: NIODeadline?
    }

    package mutating func timerFired(now: NIODeadline) -> TimerAction {
        var action = TimerAction()
        expireWaiting(now: now, into: &action)
        let (expired, isSilent, next) = replies.expire(now: now)
        action.expired += expired
        action.next = [action.next, next].compactMap { $0 }.min()
        if isSilent {
            action.failure = RedisError(.timeout, "the server was silent for the whole timeout of a command")
        }
        if case .handshaking(_, let start) = phase {
            let deadline = start + handshakeTimeout
            if deadline <= now { action.failure = RedisError(.notConnected, "the handshake took too long") }
            action.next = min(action.next ?? deadline, deadline)
        }
        return action
    }

    /// As long as the most patient of those who wait for it, and a second for what is in a hurry; on behalf of nobody the
    /// configured time.
    private var handshakeTimeout: TimeAmount {
        patience == .zero ? connectTimeout : max(patience, min(connectTimeout, .seconds(1)))
    }

    private mutating func expireWaiting(now: NIODeadline, into action: inout TimerAction) {
        guard waiting.contains(where: { $0.deadline <= now }) else {
            action.next = waiting.lazy.map(\.deadline).min()
            return
        }
        let (overdue, timely) = (waiting.filter { $0.deadline <= now }, waiting.filter { $0.deadline > now })
        waiting = CircularBuffer(timely)
        action.expired = overdue.map(\.token)
        action.next = timely.lazy.map(\.deadline).min()
    }
}

// MARK: - End

extension RedisConnectionStateMachine {
    /// What is left of a connection.
    package struct End {
        /// Commands that the server cannot have seen.
        package var unwritten: [RedisCommand<Token>]
        /// Who waited for the reply to a command that the server may have seen.
        package var written: [Token]
        /// Nil for a connection that ended while it had nothing to do, or as it was asked to.
        package var failure: RedisError?
        /// Whether the handshake had been completed.
        package var wasReady: Bool
        /// Whether any command was answered.
        package var hasServed: Bool
    }

    /// Takes no more commands. Flush before, so that those already accepted are written.
    ///
    /// - Returns: whether nothing is left to wait for, so that the channel can be closed at once.
    package mutating func beginClosing() -> Bool {
        switch phase {
        case .connecting, .handshaking: return true
        case .ready, .closing:
            phase = .closing
            return replies.isEmpty
        case .closed: return false
        }
    }

    /// Whether all replies have come that a closing connection waited for.
    package var hasFinishedClosing: Bool {
        if case .closing = phase { replies.isEmpty } else { false }
    }

    /// The connection is over, whether by the peer (no `cause`), by an error or by us; nil when it was before.
    package mutating func end(cause: RedisError?) -> End? {
        let failure: RedisError?
        var wasReady = false
        switch phase {
        case .closed: return nil
        case .connecting: failure = cause ?? RedisError(.notConnected, "the connection could not be opened")
        case .handshaking(let handshake, _): failure = handshake.interrupted(by: cause)
        case .ready, .closing:
            wasReady = true
            // Whether a server that is done with an idle connection closes or resets it makes no difference to us.
            let isIdleLoss = replies.isEmpty && (cause?.code ?? .connectionLost) == .connectionLost
            failure = isIdleLoss ? nil : cause ?? RedisError(.connectionLost, "the server closed the connection")
        }
        phase = .closed
        defer { waiting.removeAll() }
        return End(
            unwritten: Array(waiting),
            written: replies.removeAll(),
            failure: failure,
            wasReady: wasReady,
            hasServed: hasServed
        )
    }
}

extension RedisError {
    static let unsolicitedReply = RedisError(.protocolViolation, "the server sent a reply that nobody asked for")
}
