import FilterAPI
import NIOCore

extension ServiceClient {
    func watchEndpoints() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let (id, current) = service.endpoints.watch(on: eventLoop) { bound.value.received($0) }
        watch = id
        if let standings = service.standings {
            let (id, current) = standings.watch(service, on: eventLoop) { bound.value.received($0) }
            standingsWatch = id
            standing = current
        }
        if let current { received(current) }
    }

    /// Takes over what was found out about the endpoints.
    private func received(_ standing: EndpointStandings.Report) {
        self.standing = standing
        refreshReady()
        if definition.wireProtocol.isHTTP2 { http2.endpointsChanged() }
    }

    /// Takes over what was resolved. Endpoints that stay keep their connections.
    private func received(_ report: EndpointFeed.Report) {
        switch report {
        case .addresses(let addresses, let weights):
            resolution = .known
            replaceEndpoints(addresses, weights)
        case .failed(let reason):
            resolution = .failed(reason)
        }
        let waiting = waiters
        waiters = []
        if isClosed { unwatchEndpoints() }
        for waiter in waiting { waiter() }
    }

    /// Calls `waiter` with the first answer; asks for it if the client has been closed meanwhile.
    func wait(_ waiter: @escaping () -> Void) {
        waiters.append(waiter)
        if watch == nil { watchEndpoints() }
    }

    func unwatchEndpoints() {
        if let watch { service.endpoints.unwatch(watch) }
        watch = nil
    }

    private func replaceEndpoints(_ addresses: [SocketAddress], _ weights: [Int]) {
        let known = Dictionary(endpoints.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(addresses)
        for endpoint in endpoints where !kept.contains(endpoint.address) {
            endpoint.isCurrent = false
            _ = closeIdle(of: endpoint)
        }
        endpoints = ContiguousArray(addresses.map { known[$0] ?? Endpoint($0) })
        for (index, endpoint) in endpoints.enumerated() {
            endpoint.weight = weights.indices.contains(index) ? max(1, weights[index]) : 1
        }
        refreshReady()
    }

    /// The healthy endpoints that are not ejected; when ejections leave none, the healthy ones.
    private func refreshReady() {
        for endpoint in endpoints {
            let isEjected = standing.ejected.contains(endpoint.address)
            // Whoever comes back begins anew.
            if endpoint.isEjected != isEjected { endpoint.load.succeeded() }
            endpoint.isEjected = isEjected
            endpoint.isHealthy = !standing.unhealthy.contains(endpoint.address)
        }
        let healthy = ContiguousArray(endpoints.filter(\.isHealthy))
        let kept = ContiguousArray(healthy.filter { !$0.isEjected })
        ready = kept.isEmpty ? healthy : kept
        for endpoint in endpoints { endpoint.isReady = false }
        for endpoint in ready { endpoint.isReady = true }
        balancer = EndpointBalancer(definition.loadBalancing, ready, seed: UInt64.random(in: .min ... .max))
    }

    /// An endpoint failed a request or refused a connection.
    func failed(_ endpoint: Endpoint) {
        endpoint.load.failed()
        counters.errors &+= 1
        guard let detection = definition.outlierDetection, let standings = service.standings else { return }
        guard endpoint.load.errorsInARow >= detection.consecutiveFailures, endpoint.isCurrent else { return }
        endpoint.load.succeeded()
        standings.failedRepeatedly(endpoint.address, among: endpoints.map(\.address))
    }

    /// An endpoint has answered with this status.
    func answered(_ endpoint: Endpoint, status: Int) {
        counters.responses[min(max(status / 100, 0), 5)] &+= 1
        if status < 500 { endpoint.load.succeeded() } else { failed(endpoint) }
    }

    /// The head of an endpoint's answer came so long after the request had begun.
    func measured(_ endpoint: Endpoint, nanoseconds: Int64) {
        counters.durations.record(nanoseconds: Int(nanoseconds))
        endpoint.load.durations.record(nanoseconds: Int(nanoseconds))
    }

    /// The endpoints as they are now.
    package var endpointStatuses: [EndpointStatus] {
        let now = NIODeadline.now()
        return endpoints.map {
            let ejections = standing.ejections[$0.address] ?? 0
            return EndpointStatus($0, isAvoided: $0.isAvoided(at: now), ejections: ejections)
        }
    }

    /// All addresses, as soon as there are any.
    func addresses() -> EventLoopFuture<[SocketAddress]> {
        let promise = eventLoop.makePromise(of: [SocketAddress].self)
        let answer = {
            if case .failed(let reason) = self.resolution {
                promise.fail(UpstreamFailure(.noHealthyUpstream, reason))
            } else {
                promise.succeed(self.endpoints.map(\.address))
            }
        }
        if case .pending = resolution { wait(answer) } else { answer() }
        return promise.futureResult
    }
}
