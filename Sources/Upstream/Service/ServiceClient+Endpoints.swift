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

    /// Chooses among the endpoints anew.
    func endpointsChanged() {
        refreshReady()
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
        case .addresses(let addresses, let weights, let priorities):
            resolution = .known
            replaceEndpoints(addresses, weights, priorities)
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

    private func replaceEndpoints(_ addresses: [SocketAddress], _ weights: [Int], _ priorities: [Int]) {
        let known = Dictionary(endpoints.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(addresses)
        for endpoint in endpoints where !kept.contains(endpoint.address) {
            endpoint.isCurrent = false
            _ = closeIdle(of: endpoint)
        }
        // Those that come first come together: none of them takes requests off others that are warm.
        let isFirst = endpoints.isEmpty
        endpoints = ContiguousArray(
            addresses.map { address in
                if let endpoint = known[address] { return endpoint }
                let endpoint = Endpoint(address)
                if !isFirst { warm(endpoint) }
                return endpoint
            }
        )
        for (index, endpoint) in endpoints.enumerated() {
            endpoint.weight = weights.indices.contains(index) ? max(1, weights[index]) : 1
            endpoint.priority = priorities.indices.contains(index) ? max(0, priorities[index]) : 0
        }
        refreshReady()
    }

    /// The healthy endpoints that are not ejected; when ejections leave none, the healthy ones; when these are too few, all.
    private func refreshReady() {
        for endpoint in endpoints {
            let isEjected = standing.ejected.contains(endpoint.address)
            let isHealthy = !standing.unhealthy.contains(endpoint.address)
            // Whoever comes back begins anew.
            if endpoint.isEjected != isEjected { endpoint.load.succeeded() }
            let isBack = isHealthy && !isEjected && (!endpoint.isHealthy || endpoint.isEjected)
            if isBack {
                // Connections that were refused while it was away say nothing about it now.
                endpoint.connected()
                warm(endpoint)
            }
            endpoint.isEjected = isEjected
            endpoint.isHealthy = isHealthy
        }
        let healthy = ContiguousArray(endpoints.filter(\.isHealthy))
        let kept = ContiguousArray(healthy.filter { !$0.isEjected })
        let usable = kept.isEmpty ? healthy : kept
        let isPanic = definition.outlierDetection?.isPanic(usable: usable.count, of: endpoints.count) ?? false
        choose(among: isPanic ? endpoints : usable)
    }

    /// Readies the choice among endpoints that requests may go to.
    private func choose(among usable: ContiguousArray<Endpoint>) {
        for endpoint in endpoints { endpoint.isReady = false }
        for endpoint in usable { endpoint.isReady = true }
        let groups = priorityGroups(of: usable)
        let seed = UInt64.random(in: .min ... .max)
        if groups.count > 1 {
            let chosen = groups.filter { $0.share > 0 }
            ready = ContiguousArray(chosen.flatMap(\.endpoints))
            reserves = ContiguousArray(groups.filter { $0.share == 0 }.flatMap(\.endpoints))
            balancer = nil
            priorities = PriorityBalancer(definition.loadBalancing, chosen, seed: seed) { self.warmingWeights(of: $0) }
        } else {
            ready = usable
            reserves = []
            balancer = EndpointBalancer(
                definition.loadBalancing,
                ready,
                weights: warmingWeights(of: ready),
                seed: seed
            )
            priorities = nil
        }
        scheduleWarming()
    }

    /// The usable endpoints by priority, with the part of the requests that each group gets in percent.
    private func priorityGroups(
        of usable: ContiguousArray<Endpoint>
    ) -> [(share: Int, endpoints: ContiguousArray<Endpoint>)] {
        let levels = Set(endpoints.map(\.priority)).sorted()
        guard levels.count > 1 else { return [(100, usable)] }
        let members = levels.map { level in usable.filter { $0.priority == level } }
        let groups = zip(levels, members).map { level, members in
            PriorityShares.Group(usable: members.count, all: endpoints.count { $0.priority == level })
        }
        return zip(PriorityShares.shares(of: groups), members).filter { !$1.isEmpty }
            .map { (share: $0, endpoints: ContiguousArray($1)) }
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
