import NIOCore

/// Checks all endpoints of a service; touched on its event loop only.
final class HealthChecker: @unchecked Sendable {
    private let check: HealthCheck
    private let eventLoop: any EventLoop
    private var service: Service?
    private var tell: (@Sendable (SocketAddress, Bool) -> Void)?
    private var watch: Int?
    private var rounds: [SocketAddress: CheckRounds] = [:]

    /// Those that were unhealthy before the first check.
    private var unhealthy: Set<SocketAddress>

    /// - Parameter unhealthy: Endpoints that are known to be unhealthy.
    init(_ check: HealthCheck, unhealthy: Set<SocketAddress>, eventLoop: any EventLoop) {
        self.check = check
        self.unhealthy = unhealthy
        self.eventLoop = eventLoop
    }

    /// Begins to check the endpoints of the service, wherever it is called.
    ///
    /// - Parameter tell: Hears when the health of an endpoint has changed.
    func start(_ service: Service, tell: @escaping @Sendable (SocketAddress, Bool) -> Void) {
        eventLoop.execute {
            self.service = service
            self.tell = tell
            let (id, current) = service.endpoints.watch(on: self.eventLoop) { self.received($0) }
            self.watch = id
            if let current { self.received(current) }
        }
    }

    /// Checks no more.
    func stop() {
        eventLoop.execute {
            if let watch = self.watch { self.service?.endpoints.unwatch(watch) }
            self.watch = nil
            self.service = nil
            self.tell = nil
            for rounds in self.rounds.values { rounds.stop() }
            self.rounds = [:]
        }
    }

    private func received(_ report: EndpointFeed.Report) {
        guard let service, case .addresses(let addresses, _, _) = report else { return }
        let wanted = Set(addresses)
        for (address, round) in rounds where !wanted.contains(address) {
            round.stop()
            rounds[address] = nil
            // Should it ever come back, it is a new endpoint.
            if !round.record.isHealthy { tell?(address, true) }
        }
        for address in wanted where rounds[address] == nil {
            let record = HealthRecord(isHealthy: !unhealthy.contains(address))
            let probe = probe(of: address, service)
            let round = CheckRounds(check, probe, record, eventLoop: eventLoop) { [weak self] isHealthy in
                self?.tell?(address, isHealthy)
            }
            rounds[address] = round
            round.start()
        }
        for address in unhealthy where !wanted.contains(address) { tell?(address, true) }
        unhealthy = []
    }

    private func probe(of address: SocketAddress, _ service: Service) -> any HealthProbe {
        switch check.question {
        case .tcp: return TCPHealthProbe(address, eventLoop: eventLoop)
        case .http(let path):
            let feed = EndpointFeed(fixed: address, of: service.endpoints)
            return HTTPHealthProbe(ServiceClient(Service(service, only: feed), eventLoop: eventLoop), path: path)
        }
    }
}
