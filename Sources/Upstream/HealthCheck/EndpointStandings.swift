import Logging
package import NIOCore
import Synchronization

/// What is found out about the endpoints of one service, once for the whole process and the same for every event loop.
///
/// Event loops report endpoints that fail too often in a row; checks run while somebody watches.
package final class EndpointStandings: Sendable {
    /// What watchers get to know.
    package struct Report: Sendable, Equatable {
        /// Those that have failed their checks.
        package var unhealthy: Set<SocketAddress> = []
        /// Those that are left out because of how they answered.
        package var ejected: Set<SocketAddress> = []
        /// How often each was left out.
        package var ejections: [SocketAddress: Int] = [:]

        package init() {}
    }

    private struct Watcher: Sendable {
        let eventLoop: any EventLoop
        let report: @Sendable (Report) -> Void
    }

    private struct State: Sendable {
        var ledger: EjectionLedger?
        var latest = Report()
        var watchers: [Int: Watcher] = [:]
        var nextWatcher = 0
        var timers: [SocketAddress: Scheduled<Void>] = [:]
    }

    private let service: String
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let checker: HealthChecker?
    private let state: Mutex<State>

    /// - Parameter previous: Standings of the same service with the same rules; what they know holds on.
    init(
        _ definition: ServiceDefinition,
        eventLoop: any EventLoop,
        logger: Logger,
        continuing previous: EndpointStandings? = nil
    ) {
        let known = previous?.state.withLock { (report: $0.latest, ledger: $0.ledger) }
        let ledger = known?.ledger ?? definition.outlierDetection.map { EjectionLedger($0) }
        self.service = definition.name
        self.eventLoop = eventLoop
        self.logger = logger
        self.checker = definition.healthCheck.map {
            HealthChecker($0, unhealthy: known?.report.unhealthy ?? [], eventLoop: eventLoop)
        }
        self.state = Mutex(State(ledger: ledger, latest: known?.report ?? Report()))
        for (address, end) in ledger?.ends ?? [:] { scheduleEnd(of: address, at: end) }
    }
}

extension EndpointStandings {
    /// Begins to watch.
    ///
    /// - Parameters:
    ///   - service: Whose standings these are.
    ///   - eventLoop: Where `report` is called.
    ///   - report: Hears of every change that comes after the report that is returned.
    /// - Returns: a number for ``unwatch(_:)``, and what is known now.
    func watch(
        _ service: Service,
        on eventLoop: any EventLoop,
        _ report: @escaping @Sendable (Report) -> Void
    ) -> (id: Int, current: Report) {
        let (id, current, isFirst) = state.withLock { state in
            let id = state.nextWatcher
            state.nextWatcher += 1
            state.watchers[id] = Watcher(eventLoop: eventLoop, report: report)
            return (id, state.latest, state.watchers.count == 1)
        }
        if isFirst { checker?.start(service) { [weak self] in self?.checked($0, isHealthy: $1) } }
        return (id, current)
    }

    /// Ends watching; a report that is under way may still arrive. Nothing is checked when nobody watches.
    func unwatch(_ id: Int) {
        let timers: [Scheduled<Void>]? = state.withLock { state in
            guard state.watchers.removeValue(forKey: id) != nil, state.watchers.isEmpty else { return nil }
            defer { state.timers = [:] }
            return Array(state.timers.values)
        }
        guard let timers else { return }
        for timer in timers { timer.cancel() }
        checker?.stop()
    }

    /// An event loop has seen an endpoint fail too often in a row.
    func failedRepeatedly(_ address: SocketAddress, among endpoints: [SocketAddress]) {
        let now = NIODeadline.now()
        let until = change { state in
            state.ledger?.failedRepeatedly(address, among: Set(endpoints), at: now)
        }
        guard let until else { return }
        let time = "\((until - now).nanoseconds / 1_000_000) ms"
        logger.warning("\(address.endpointText) is ejected for \(time)", metadata: ["service": "\(service)"])
        scheduleEnd(of: address, at: until)
    }

    private func scheduleEnd(of address: SocketAddress, at end: NIODeadline) {
        let timer = eventLoop.scheduleTask(deadline: end) { [weak self] () -> Void in self?.ejectionsEnd() }
        state.withLock { $0.timers[address] = timer }
    }

    private func ejectionsEnd() {
        let returning = change { $0.ledger?.expire(at: .now()) } ?? []
        for address in returning {
            logger.info("\(address.endpointText) is no longer ejected", metadata: ["service": "\(service)"])
        }
    }

    private func checked(_ address: SocketAddress, isHealthy: Bool) {
        change { state in
            if isHealthy { state.latest.unhealthy.remove(address) } else { state.latest.unhealthy.insert(address) }
        }
        let now = isHealthy ? "healthy again" : "unhealthy"
        logger.warning("\(address.endpointText) is \(now)", metadata: ["service": "\(service)"])
    }

    /// Makes a change and tells all watchers of it.
    private func change<Result: Sendable>(_ body: (inout sending State) -> Result) -> Result {
        let (result, report, watchers) = state.withLock { state in
            let result = body(&state)
            if let ledger = state.ledger {
                state.latest.ejected = ledger.ejected
                state.latest.ejections = ledger.totals
            }
            return (result, state.latest, Array(state.watchers.values))
        }
        for watcher in watchers { watcher.eventLoop.execute { watcher.report(report) } }
        return result
    }
}
