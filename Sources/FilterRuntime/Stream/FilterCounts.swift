import NIOCore

/// What one event loop has seen one entry of the chain do.
package struct FilterCounts: Sendable, Hashable {
    /// Hooks that were called.
    package var calls = 0
    /// Streams that it answered itself.
    package var localResponses = 0
    /// Errors that it threw, and times that it held a stream too long.
    package var errors = 0
    /// Operations that streams waited for.
    package var suspensions = 0
    /// How long streams waited for them, in nanoseconds.
    package var suspendedTime = 0
    /// Calls whose time was taken: those of one stream in ``FilterLedger/timedShare``.
    package var timedCalls = 0
    /// The time of those calls in nanoseconds.
    package var timedTime = 0

    package init() {}

    package static func + (left: FilterCounts, right: FilterCounts) -> FilterCounts {
        var sum = left
        sum.calls &+= right.calls
        sum.localResponses &+= right.localResponses
        sum.errors &+= right.errors
        sum.suspensions &+= right.suspensions
        sum.suspendedTime &+= right.suspendedTime
        sum.timedCalls &+= right.timedCalls
        sum.timedTime &+= right.timedTime
        return sum
    }
}

/// Where the streams of one event loop count what one entry does: a place in memory that stays where it is, so that counting is one
/// addition, without a lock and without counting references.
struct FilterTally {
    private let counts: UnsafeMutablePointer<FilterCounts>

    fileprivate init(_ counts: UnsafeMutablePointer<FilterCounts>) { self.counts = counts }

    func called() { self.counts.pointee.calls &+= 1 }

    func answered() { self.counts.pointee.localResponses &+= 1 }

    func failed() { self.counts.pointee.errors &+= 1 }

    /// A stream has waited so long for the entry.
    func suspended(for time: TimeAmount) {
        self.counts.pointee.suspensions &+= 1
        self.counts.pointee.suspendedTime &+= Int(max(0, time.nanoseconds))
    }

    /// A call of a hook took so long.
    func took(_ time: TimeAmount) {
        self.counts.pointee.timedCalls &+= 1
        self.counts.pointee.timedTime &+= Int(max(0, time.nanoseconds))
    }
}

/// What the entries of the chain did on one event loop, by their names; it outlives configurations.
final class FilterLedger {
    /// The time of hooks is taken in one stream of so many.
    static let timedShare = 64
    /// How many names are told apart. Only configurations whose names change again and again have more; further ones
    /// are counted as `other`.
    static let capacity = 512

    private var places: [String: UnsafeMutablePointer<FilterCounts>] = [:]
    private var current: (chain: FilterChain, tallies: ContiguousArray<FilterTally>)?
    private var untilTimed = 0

    deinit {
        for place in self.places.values { place.deallocate() }
    }

    /// The places of a chain's entries in their order. A stream must not use them longer than the ledger lives.
    func tallies(of chain: FilterChain) -> ContiguousArray<FilterTally> {
        if let current, current.chain === chain { return current.tallies }
        let tallies = ContiguousArray(chain.entries.map { FilterTally(self.place(of: $0.name)) })
        self.current = (chain, tallies)
        return tallies
    }

    /// Whether the next stream is one of those whose hooks are timed.
    func timesNextStream() -> Bool {
        self.untilTimed -= 1
        guard self.untilTimed < 0 else { return false }
        self.untilTimed = FilterLedger.timedShare - 1
        return true
    }

    /// What was counted so far.
    var counts: [String: FilterCounts] { self.places.mapValues(\.pointee) }

    private func place(of name: String) -> UnsafeMutablePointer<FilterCounts> {
        let name = self.places.count < FilterLedger.capacity || self.places[name] != nil ? name : "other"
        if let place = self.places[name] { return place }
        let place = UnsafeMutablePointer<FilterCounts>.allocate(capacity: 1)
        place.initialize(to: FilterCounts())
        self.places[name] = place
        return place
    }
}
