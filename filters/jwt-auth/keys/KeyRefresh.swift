import NIOCore

/// Decides when a set of keys is fetched: once it is old, in the background as long as there is one at hand, and after
/// failures less and less often.
struct KeyRefresh: Sendable {
    /// What a request that needs the keys does.
    enum Step: Sendable, Hashable {
        /// Use those at hand.
        case use
        /// Use those at hand, and have them fetched.
        case useAndFetch
        /// There are none; wait for those that are being fetched.
        case wait
        /// There are none; have them fetched and wait.
        case fetchAndWait
        /// There are none, and it is too early to try again.
        case refuse
    }

    private let lifetime: TimeAmount
    private var loaded: NIODeadline?
    private var isFetching = false
    private var failures = 0
    private var nextTry = NIODeadline.uptimeNanoseconds(0)

    /// How long keys are not fetched again for a token that names an unknown one.
    static let shortestInterval = TimeAmount.seconds(10)
    /// The longest pause after failures.
    static let longestPause = 60

    /// - Parameter lifetime: How long a set is used without being fetched again.
    init(lifetime: TimeAmount) { self.lifetime = lifetime }

    /// The step of a request; after one that fetches, ``succeeded(_:)`` or ``failed(_:)`` has to follow.
    mutating func step(_ now: NIODeadline) -> Step {
        if let loaded {
            guard now >= loaded + self.lifetime else { return .use }
            return self.begin(now) ? .useAndFetch : .use
        }
        if self.isFetching { return .wait }
        return self.begin(now) ? .fetchAndWait : .refuse
    }

    /// Whether to fetch because a token names a key that is not among those at hand; the same has to follow.
    mutating func missedKey(_ now: NIODeadline) -> Bool {
        guard let loaded, now >= loaded + Self.shortestInterval else { return false }
        return self.begin(now)
    }

    mutating func succeeded(_ now: NIODeadline) {
        self.loaded = now
        self.isFetching = false
        self.failures = 0
    }

    /// - Returns: The pause until the next try.
    mutating func failed(_ now: NIODeadline) -> TimeAmount {
        let pause = TimeAmount.seconds(Int64(min(Self.longestPause, 1 << min(self.failures, 10))))
        self.failures += 1
        self.nextTry = now + pause
        self.isFetching = false
        return pause
    }

    private mutating func begin(_ now: NIODeadline) -> Bool {
        guard !self.isFetching, now >= self.nextTry else { return false }
        self.isFetching = true
        return true
    }
}
