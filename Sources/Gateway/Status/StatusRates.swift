/// What happened between two looks at a gateway: a pure value.
///
/// With one look it is what happened since the start.
package struct StatusRates: Sendable {
    private let now: GatewayStatus
    private let before: GatewayStatus?
    /// Seconds; more than 0.
    package let seconds: Double

    /// - Parameters:
    ///   - now: The later look.
    ///   - before: The earlier one; `nil`, or one of another process, for the start.
    package init(_ now: GatewayStatus, since before: GatewayStatus? = nil) {
        // A process that began later knows nothing of the earlier look.
        let isSame = before.map { now.uptime >= $0.uptime } ?? false
        self.now = now
        self.before = isSame ? before : nil
        self.seconds = max(0.001, isSame ? now.time - (before?.time ?? 0) : now.uptime)
    }

    /// Streams that ended in a second, by class of status.
    package var requests: [String: Double] {
        self.now.traffic.requests.reduce(into: [:]) { rates, entry in
            rates[entry.key] = self.rate(entry.value, self.before?.traffic.requests[entry.key])
        }
    }

    /// Streams that ended in a second.
    package var allRequests: Double { self.requests.values.reduce(0, +) }

    /// Bytes of bodies that went to clients in a second.
    package var bytesSent: Double { self.rate(self.now.traffic.bytesSent, self.before?.traffic.bytesSent) }

    /// Requests to a service in a second.
    package func requests(of service: GatewayStatus.Service) -> Double {
        self.rate(service.requests, self.before?.services.first { $0.name == service.name }?.requests)
    }

    /// Errors of a service in a second.
    package func errors(of service: GatewayStatus.Service) -> Double {
        self.rate(service.errors, self.before?.services.first { $0.name == service.name }?.errors)
    }

    /// Calls of a filter's hooks in a second.
    package func calls(of filter: GatewayStatus.Filter) -> Double {
        self.rate(filter.calls, self.before?.filters.first { $0.name == filter.name }?.calls)
    }

    /// The duration that this share of the streams did not pass, in seconds; `nil` without streams.
    package func duration(of share: Double) -> Double? {
        self.now.traffic.durations.less(self.before?.traffic.durations).quantile(share)
    }

    /// The same for the answers of a service.
    package func duration(of share: Double, _ service: GatewayStatus.Service) -> Double? {
        let before = self.before?.services.first { $0.name == service.name }?.durations
        return service.durations.less(before).quantile(share)
    }

    private func rate(_ now: Int, _ before: Int?) -> Double { Double(max(0, now - (before ?? 0))) / self.seconds }
}

extension GatewayStatus.Durations {
    /// What was counted after an earlier look.
    func less(_ before: GatewayStatus.Durations?) -> GatewayStatus.Durations {
        guard let before, before.counts.count == self.counts.count else { return self }
        var rest = self
        for (index, count) in before.counts.enumerated() { rest.counts[index] = max(0, rest.counts[index] - count) }
        rest.sum = max(0, rest.sum - before.sum)
        return rest
    }

    /// The duration that this share did not pass, in seconds, as Prometheus' `histogram_quantile` has it: within a bucket
    /// durations count as evenly spread, and those above the last bound as that bound.
    func quantile(_ share: Double) -> Double? {
        let total = self.counts.reduce(0, +)
        guard total > 0 else { return nil }
        let rank = share * Double(total)
        var below = 0.0
        for (index, count) in self.counts.enumerated() {
            guard index < self.bounds.count else { break }
            if below + Double(count) >= rank, count > 0 {
                let lower = index == 0 ? 0 : self.bounds[index - 1]
                return lower + (self.bounds[index] - lower) * (rank - below) / Double(count)
            }
            below += Double(count)
        }
        return self.bounds.last
    }
}
