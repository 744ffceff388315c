import NIOCore

// How long exchanges wait for a stream.
extension HTTP2Pool {
    /// How often those that wait are looked at, at most.
    static let lookInterval = TimeAmount.milliseconds(10)

    /// Lets an exchange wait as long as connecting may take.
    ///
    /// Call it after a connection was sought: whether that comes in time is known before the exchange's time is over.
    func boundWait(of exchange: HTTP2Exchange) {
        exchange.waitsUntil = .now() + TimeAmount(bounded: client.definition.connectTimeout)
        look(at: exchange.waitsUntil)
    }

    /// Looks at those that wait at this time, or earlier.
    func look(at deadline: NIODeadline) {
        if let timer = lookTimer {
            guard deadline < timer.at else { return }
            timer.task.cancel()
        }
        let task: Scheduled<Void> = client.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.look()
        }
        lookTimer = (task, deadline)
    }

    private func look() {
        lookTimer = nil
        endWaits()
        connectIfNeeded(startingWith: nil)
        guard let next = waiting.lazy.map(\.waitsUntil).min() else { return }
        look(at: max(next, NIODeadline.now() + HTTP2Pool.lookInterval))
    }

    /// Gives up those whose time is over.
    private func endWaits() {
        let now = NIODeadline.now()
        let late = waiting.filter { $0.waitsUntil <= now }
        guard !late.isEmpty else { return }
        waiting.removeAll { $0.waitsUntil <= now }
        let name = client.definition.name
        let hasConnections = client.ready.contains { !$0.shared.isEmpty }
        let failure =
            hasConnections
            ? UpstreamFailure(.overload, "no connection to \(name) had room for a stream in time")
            : UpstreamFailure(.connectFailure, "\(name) was not connected in time")
        for exchange in late { exchange.fail(failure) }
    }
}
