/// How many file descriptors the connections of clients may take, so that some are left for everything else:
/// connections to services, the admin listener, files, and what the system's libraries open.
package struct DescriptorBudget: Sendable, Hashable {
    /// How many the process may have open.
    package let limit: Int
    /// How many it had open before any client came.
    package let base: Int
    /// A connection whose descriptor has this number or a higher one is one too many: the system gives the lowest
    /// number that is free (POSIX, "File Descriptor Allocation"), so those below are in use.
    package let ceiling: Int

    /// Keeps an eighth of all, and 32 at least, for others; where hardly more is left at all, half of that.
    package init(limit: Int, base: Int) {
        self.limit = limit
        self.base = base
        let free = max(0, limit - base)
        self.ceiling = limit - min(max(32, limit / 8), free / 2)
    }

    /// A connection to a service whose descriptor has this number or a higher one is one too many: the last ones are for
    /// the admin listener, reloads and files.
    package var upstreamCeiling: Int { self.limit - min(16, (self.limit - self.ceiling) / 4) }

    /// How many connections of clients there may be.
    package var clients: Int { max(0, self.ceiling - self.base) }

    /// How many connections may have numbers beyond ``ceiling`` all the same, since several loops accept at once.
    package var excess: Int { (self.limit - self.ceiling) / 2 }

    /// How many connections a loop may accept before it looks again.
    ///
    /// - Parameter loops: How many accept at once.
    package func batch(loops: Int) -> UInt {
        UInt(min(64, max(1, (self.limit - self.ceiling) / (4 * max(1, loops)))))
    }
}

/// At which pace one socket accepts; knows neither clock nor descriptors.
struct AcceptPace: Sendable, Hashable {
    /// What is to be done.
    enum Step: Sendable, Hashable {
        /// Nothing.
        case goOn
        /// Accept nothing more, and look again soon.
        case pause
        /// Accept one connection at a time, and look after each.
        case resume
        /// Accept many at a time again.
        case hurry
    }

    private enum State: Sendable, Hashable {
        case free, careful, paused
    }

    private var state = State.free

    /// Whether nothing is accepted.
    var isPaused: Bool { self.state == .paused }
    /// Whether to look after each connection.
    var isCareful: Bool { self.state == .careful }

    /// Descriptors are short.
    mutating func short() -> Step {
        guard self.state != .paused else { return .goOn }
        self.state = .paused
        return .pause
    }

    /// Descriptors suffice.
    ///
    /// - Parameter isCalm: Whether they have done so for a while: one that is free now may be the only one.
    mutating func enough(isCalm: Bool) -> Step {
        switch self.state {
        case .paused:
            self.state = .careful
            return .resume
        case .careful where isCalm:
            self.state = .free
            return .hurry
        case .careful, .free: return .goOn
        }
    }
}
