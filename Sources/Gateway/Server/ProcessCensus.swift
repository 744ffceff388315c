/// What the process as a whole has, and what it refuses.
struct ProcessCensus: Sendable {
    /// In bytes; `Int.max` for no budget.
    var memoryBudget: Int
    /// In bytes; `nil` where it cannot be known.
    var residentMemory: Int?
    var isShedding: Bool
    /// What each listener has accepted and refused.
    var listeners: [ListenerCensus]
    /// What the system counts.
    var usage: ProcessUsage
}

/// The connections of one listener.
struct ListenerCensus: Sendable {
    var name: String
    /// `IP:PORT`.
    var address: String
    /// Connections that are open.
    var open: Int
    /// Connections that were accepted and not closed at once.
    var accepted: Int
    /// Connections that were closed at once.
    var refused: (limit: Int, overload: Int, descriptors: Int)
    /// How often accepting has paused since file descriptors were short.
    var pauses: Int
    /// Whether it speaks TLS.
    var isSecure: Bool
}
