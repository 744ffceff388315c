import Downstream
import Logging
import Synchronization

/// Measures the memory of the process, ten times a second and away from the event loops, and tells these what to shed.
final class MemoryWatch: Sendable {
    private static let interval = Duration.milliseconds(100)

    let signal: OverloadSignal
    /// The resident memory in bytes; `nil` where it cannot be known, and nothing is shed.
    let reading: @Sendable () -> Int?
    private let logger: Logger
    private let state: Mutex<State>
    private let task = Mutex<Task<Void, Never>?>(nil)

    private struct State {
        var budget: MemoryBudget
        var pressure: MemoryPressure
        var schedule = ReleaseSchedule()
    }

    init(
        _ budget: MemoryBudget,
        signal: OverloadSignal,
        reading: @escaping @Sendable () -> Int?,
        logger: Logger
    ) {
        self.signal = signal
        self.reading = reading
        self.logger = logger
        self.state = Mutex(State(budget: budget, pressure: MemoryPressure(budget: budget.bytes)))
    }

    /// Begins to measure.
    ///
    /// - Parameter connections: How many connections of clients are open.
    func start(connections: @escaping @Sendable () -> Int) {
        self.warn(of: self.budget)
        let task = Task.detached { [self] in
            while !Task.isCancelled {
                self.sample(connections: connections())
                try? await Task.sleep(for: MemoryWatch.interval)
            }
        }
        self.task.withLock { $0 = task }
    }

    /// Measures once.
    func sample(connections: Int) {
        guard let resident = self.reading() else { return }
        let (change, isReleaseDue) = self.state.withLock { state in
            let change = state.pressure.observe(resident)
            let level = state.pressure.level
            self.signal.publish(level)
            return (change, state.schedule.look(isShort: level > .nothing, connections: connections))
        }
        if let change { self.log(change, resident) }
        if isReleaseDue { FreedMemory.release() }
    }

    /// Goes over to another budget; the next measurement goes by it.
    func change(to budget: MemoryBudget) {
        let isNew = self.state.withLock { state in
            guard state.budget != budget else { return false }
            state.budget = budget
            state.pressure = MemoryPressure(budget: budget.bytes)
            return true
        }
        if isNew { self.warn(of: budget) }
    }

    /// The budget in force.
    var budget: MemoryBudget { self.state.withLock { $0.budget } }

    private func warn(of budget: MemoryBudget) {
        guard budget.isBeyondSystem else { return }
        self.logger.warning(
            "limits.memory is more than the system has for this process",
            metadata: ["budget": "\(budget.bytes)"]
        )
    }

    func stop() { self.task.withLock { $0 }?.cancel() }

    private func log(_ change: MemoryPressure.Change, _ resident: Int) {
        let facts: Logger.Metadata = ["resident": "\(resident)", "budget": "\(self.budget.bytes)"]
        switch change {
        case .began: self.logger.warning("memory is short: new requests are shed", metadata: facts)
        // Whoever hears of the beginning hears of the end.
        case .ended: self.logger.warning("memory suffices again: requests are served", metadata: facts)
        }
    }
}
