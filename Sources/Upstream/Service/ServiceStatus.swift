/// One service as an operator sees it, beyond its counters.
package struct ServiceStatus: Sendable {
    /// The endpoints in their order.
    package private(set) var endpoints: [EndpointStatus]
    /// The same for all event loops; `nil` when nothing is bounded.
    package let breaker: CircuitBreaker?

    init(_ client: ServiceClient) {
        self.endpoints = client.endpointStatuses
        self.breaker = client.service.breaker
    }

    /// The same service as two event loops know it; they may have heard of different addresses.
    package func merged(with other: ServiceStatus) -> ServiceStatus {
        var sum = self
        var places = Dictionary(
            endpoints.enumerated().map { ($1.address, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for endpoint in other.endpoints {
            if let place = places[endpoint.address] {
                sum.endpoints[place] = sum.endpoints[place].merged(with: endpoint)
            } else {
                places[endpoint.address] = sum.endpoints.count
                sum.endpoints.append(endpoint)
            }
        }
        return sum
    }
}

extension UpstreamLoop {
    /// The state of every declared service, by name.
    package var statuses: [String: ServiceStatus] { declared.mapValues { ServiceStatus($0) } }
}
