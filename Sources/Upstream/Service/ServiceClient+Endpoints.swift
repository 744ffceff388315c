import NIOCore

extension ServiceClient {
    func watchEndpoints() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let (id, current) = service.endpoints.watch(on: eventLoop) { bound.value.received($0) }
        watch = id
        if let current { received(current) }
    }

    /// Takes over what was resolved. Endpoints that stay keep their connections.
    private func received(_ report: EndpointFeed.Report) {
        switch report {
        case .addresses(let addresses):
            resolution = .known
            replaceEndpoints(addresses)
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

    private func replaceEndpoints(_ addresses: [SocketAddress]) {
        let known = Dictionary(endpoints.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(addresses)
        for endpoint in endpoints where !kept.contains(endpoint.address) {
            endpoint.isCurrent = false
            _ = closeIdle(of: endpoint)
        }
        endpoints = ContiguousArray(addresses.map { known[$0] ?? Endpoint($0) })
    }

    /// The endpoints as they are now.
    package var endpointStatuses: [EndpointStatus] {
        let now = NIODeadline.now()
        return endpoints.map {
            let idle = $0.idle.count + $0.shared.count(where: \.isIdle)
            return EndpointStatus(address: $0.text, idle: idle, isAvoided: $0.isAvoided(at: now))
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
