import Synchronization

/// Counts what a service has in hand, over all event loops, and refuses what would be too much.
///
/// Requests and retries are counted exactly. Connections and waiting requests are looked at before they are counted, so
/// that event loops that are at it in the same moment may pass a limit by one each.
package final class CircuitBreaker: Sendable {
    /// What is counted.
    package enum Measure: String, Sendable, CaseIterable {
        case connections
        case pending
        case requests
        case retries
    }

    package let limits: CircuitBreakerLimits
    private let connections = Gauge()
    private let pending = Gauge()
    private let requests = Gauge()
    private let retries = Gauge()

    private final class Gauge: Sendable {
        let count = Atomic(0)
        let refusals = Atomic(0)
    }

    package init(_ limits: CircuitBreakerLimits) {
        self.limits = limits
    }

    /// How many there are now.
    package func count(of measure: Measure) -> Int { gauge(of: measure).count.load(ordering: .relaxed) }

    /// How many were refused.
    package func refusals(of measure: Measure) -> Int { gauge(of: measure).refusals.load(ordering: .relaxed) }

    /// Whether one more would be too many.
    package func isOpen(for measure: Measure) -> Bool { count(of: measure) >= limit(of: measure) }

    /// Counts one more; unless there are too many, which is then counted.
    package func admit(_ measure: Measure) -> Bool {
        let gauge = gauge(of: measure)
        if gauge.count.add(1, ordering: .relaxed).newValue <= limit(of: measure) { return true }
        gauge.count.subtract(1, ordering: .relaxed)
        refused(measure)
        return false
    }

    /// One less of what was admitted.
    package func release(_ measure: Measure) { add(-1, to: measure) }

    func add(_ difference: Int, to measure: Measure) {
        gauge(of: measure).count.add(difference, ordering: .relaxed)
    }

    func refused(_ measure: Measure) { gauge(of: measure).refusals.add(1, ordering: .relaxed) }

    private func limit(of measure: Measure) -> Int {
        switch measure {
        case .connections: limits.connections
        case .pending: limits.pending
        case .requests: limits.requests
        case .retries: limits.retries
        }
    }

    private func gauge(of measure: Measure) -> Gauge {
        switch measure {
        case .connections: connections
        case .pending: pending
        case .requests: requests
        case .retries: retries
        }
    }
}

/// A connection in the count, until nobody has it any more.
final class ConnectionSlot {
    private let breaker: CircuitBreaker
    private let ofLoop: LoopConnections

    init(_ breaker: CircuitBreaker, _ ofLoop: LoopConnections) {
        self.breaker = breaker
        self.ofLoop = ofLoop
        breaker.add(1, to: .connections)
        ofLoop.count.add(1, ordering: .relaxed)
    }

    deinit {
        breaker.release(.connections)
        ofLoop.count.subtract(1, ordering: .relaxed)
    }
}

/// How many of a service's connections one event loop has.
final class LoopConnections: Sendable {
    fileprivate let count = Atomic(0)

    var isEmpty: Bool { count.load(ordering: .relaxed) == 0 }
}

/// What one holder of waiting requests has told the breaker of them.
struct PendingCount {
    private var told = 0

    mutating func count(_ count: Int, in breaker: CircuitBreaker) {
        guard count != told else { return }
        breaker.add(count - told, to: .pending)
        told = count
    }
}
