public import FilterAPI
import NIOCore
import Synchronization

/// A small Redis server in memory, whose time is the test's.
///
/// It knows the commands of strings, counters, keys, hashes, lists, sets and sorted sets that filters use, refuses wrong
/// arguments as Redis does, and keeps expiry times. Commands that it does not know, such as `EVAL`, a test scripts with
/// ``answer(_:)``.
public final class TestRedis: Sendable {
    /// Answers a command; `nil` leaves it to the server.
    public typealias Script = @Sendable (_ command: [String]) -> RedisValue?

    /// What goes wrong with a command.
    public enum Failure: Sendable, Hashable {
        /// The server answers with this error, such as `LOADING Redis is loading`.
        case error(String)
        /// No reply comes; the command times out after its target's timeout.
        case timeout
        /// No reply comes and no timeout either; only the end of the stream ends the command.
        case hang
        /// No connection can be made.
        case connectFailure
        /// The connection breaks before the reply.
        case reset
    }

    /// The address, such as `my-redis.static`.
    public let name: String
    private let state = Mutex(State())

    fileprivate struct State {
        var store = RedisStore()
        var commands: [[String]] = []
        var failure: (kind: Failure, left: Int)?
        var delay = Duration.zero
        var script: Script?
        var credentials: (username: String?, password: String)?
        var now = NIODeadline.uptimeNanoseconds(0)
    }

    init(_ name: String) { self.name = name }
}

// MARK: What a test does with it

extension TestRedis {
    /// The string at a key of database 0; `nil` when there is none or it has expired. Setting it forgets the expiry.
    public subscript(key: String) -> String? {
        get { self.state.withLock { $0.store.string(key, database: 0, now: $0.now) }.map { String(buffer: $0) } }
        set {
            self.state.withLock { state in
                state.store.set(key, database: 0, to: newValue.map { .string(ByteBuffer(string: $0)) })
            }
        }
    }

    /// The keys of a database in alphabetical order, without those that have expired.
    public func keys(database: Int = 0) -> [String] {
        self.state.withLock { $0.store.keys(database: database, now: $0.now) }
    }

    /// The time that a key has left; `nil` when there is no such key or it never expires.
    public func timeToLive(_ key: String, database: Int = 0) -> Duration? {
        self.state.withLock { $0.store.timeToLive(key, database: database, now: $0.now) }
    }

    /// The commands that came, each with its arguments, in order.
    public var commands: [[String]] { self.state.withLock { $0.commands } }

    /// How long each reply takes; default no time.
    public var delay: Duration {
        get { self.state.withLock { $0.delay } }
        set { self.state.withLock { $0.delay = newValue } }
    }

    /// Answers commands by a script first.
    public func answer(_ script: @escaping Script) {
        self.state.withLock { $0.script = script }
    }

    /// Lets commands fail from now on.
    ///
    /// - Parameters:
    ///   - failure: What goes wrong.
    ///   - count: How many commands; default all until ``recover()``.
    public func fail(_ failure: Failure, next count: Int = .max) {
        self.state.withLock { $0.failure = (failure, count) }
    }

    /// Ends what ``fail(_:next:)`` began.
    public func recover() { self.state.withLock { $0.failure = nil } }

    /// Refuses targets that do not give these credentials.
    public func require(username: String? = nil, password: String) {
        self.state.withLock { $0.credentials = (username, password) }
    }
}

// MARK: What callouts do with it

extension TestRedis {
    enum Outcome {
        case reply(RedisValue)
        case failure(CalloutError)
        /// After a time; `nil` never.
        case late(Duration?, Result<RedisValue, CalloutError>)
    }

    func perform(_ command: [ByteBuffer], _ target: RedisTarget, now: NIODeadline) -> Outcome {
        let words = command.map { String(buffer: $0) }
        let (failure, delay, script): (Failure?, Duration, Script?) = self.state.withLock { state in
            state.commands.append(words)
            state.now = now
            return (state.nextFailure(), state.delay, state.script)
        }
        if let failure { return self.outcome(of: failure, target) }
        if let refusal = self.refusal(of: target) { return .failure(refusal) }
        let result: Result<RedisValue, CalloutError>
        if let scripted = script?(words) {
            result = .success(scripted)
        } else {
            result = self.state.withLock { state in
                state.store.perform(command, database: target.database, now: now)
            }
        }
        guard delay == .zero else { return .late(delay, result) }
        switch result {
        case .success(let value): return .reply(value)
        case .failure(let error): return .failure(error)
        }
    }

    private func outcome(of failure: Failure, _ target: RedisTarget) -> Outcome {
        switch failure {
        case .error(let message): .failure(CalloutError(.errorReply, message))
        case .timeout: .late(target.timeout, .failure(CalloutError(.timeout, "no reply in \(target.timeout)")))
        case .hang: .late(nil, .failure(CalloutError(.timeout, "no reply")))
        case .connectFailure: .failure(CalloutError(.connectFailure, "no connection to \(self.name)"))
        case .reset: .failure(CalloutError(.reset, "the connection to \(self.name) broke"))
        }
    }

    private func refusal(of target: RedisTarget) -> CalloutError? {
        guard let wanted = self.state.withLock({ $0.credentials }) else { return nil }
        guard let password = target.password else {
            return CalloutError(.errorReply, "NOAUTH Authentication required.")
        }
        if password.reveal() == wanted.password, (target.username ?? "default") == (wanted.username ?? "default") {
            return nil
        }
        return CalloutError(.authentication, "WRONGPASS invalid username-password pair or user is disabled.")
    }
}

extension TestRedis.State {
    fileprivate mutating func nextFailure() -> TestRedis.Failure? {
        guard let (kind, left) = self.failure else { return nil }
        self.failure = left > 1 ? (kind, left == .max ? .max : left - 1) : nil
        return kind
    }
}
