import NIOCore

/// Checks one endpoint again and again.
final class CheckRounds {
    private(set) var record: HealthRecord
    private let check: HealthCheck
    private let probe: any HealthProbe
    private let eventLoop: any EventLoop
    private let changed: (Bool) -> Void
    private var timer: Scheduled<Void>?
    /// Tells the check that runs from those that are over.
    private var round = 0

    init(
        _ check: HealthCheck,
        _ probe: any HealthProbe,
        _ record: HealthRecord,
        eventLoop: any EventLoop,
        changed: @escaping (Bool) -> Void
    ) {
        self.record = record
        self.check = check
        self.probe = probe
        self.eventLoop = eventLoop
        self.changed = changed
    }

    /// The first check comes soon, and not at the same time as those of all other endpoints.
    func start() {
        let most = min(check.interval, .seconds(1))
        wait(for: most * Double.random(in: 0...0.2)) { self.begin() }
    }

    func stop() {
        round += 1
        timer?.cancel()
        timer = nil
        probe.stop()
    }

    private func begin() {
        round += 1
        let current = round
        wait(for: check.timeout) {
            self.probe.cancel()
            self.ended(current, hasPassed: false)
        }
        probe.begin { self.ended(current, hasPassed: $0) }
    }

    /// - Parameter hasPassed: Nil when nothing was found out, which leaves everything as it was.
    private func ended(_ number: Int, hasPassed: Bool?) {
        guard number == round else { return }
        round += 1
        if let hasPassed, record.checked(hasPassed, by: check) { changed(record.isHealthy) }
        wait(for: check.interval * Double.random(in: 0.95...1.05)) { self.begin() }
    }

    private func wait(for time: Duration, then body: @escaping () -> Void) {
        timer?.cancel()
        timer = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(bounded: time), body)
    }
}
