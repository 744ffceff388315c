import NIOCore

// Slow start: endpoints that are new, or were away, get little at first.
extension ServiceClient {
    /// An endpoint begins to warm up.
    func warm(_ endpoint: Endpoint) {
        guard definition.slowStart != nil else { return }
        endpoint.warmingSince = .now()
    }

    /// The weights of endpoints while one of them warms up, else `nil`.
    func warmingWeights(of endpoints: ContiguousArray<Endpoint>) -> [Int]? {
        guard let slowStart, endpoints.contains(where: { $0.warmingSince != nil }) else { return nil }
        let now = NIODeadline.now()
        return endpoints.map { slowStart.weight($0.weight, after: $0.warmingSince.map { Duration(now - $0) }) }
    }

    /// Has the weights looked at again soon, if any endpoint warms up.
    func scheduleWarming() {
        guard let slowStart, warmingTimer == nil, !isClosed else { return }
        guard endpoints.contains(where: { $0.warmingSince != nil }) else { return }
        warmingTimer = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(bounded: slowStart.step)) { [weak self] in
            self?.warmed(slowStart)
        }
    }

    private func warmed(_ slowStart: SlowStart) {
        warmingTimer = nil
        let now = NIODeadline.now()
        for endpoint in endpoints {
            guard let since = endpoint.warmingSince, slowStart.isOver(after: Duration(now - since)) else { continue }
            endpoint.warmingSince = nil
        }
        endpointsChanged()
    }

    private var slowStart: SlowStart? { definition.slowStart.map { SlowStart(window: $0) } }
}
