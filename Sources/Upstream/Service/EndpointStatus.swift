package import FilterAPI

/// One endpoint as an operator sees it.
package struct EndpointStatus: Sendable, Hashable {
    /// `ip:port`.
    package let address: String
    package let weight: Int
    /// Connections that wait for their next request.
    package private(set) var idle: Int
    /// Requests that it has in hand.
    package private(set) var active: Int
    /// Requests sent to it, each try counted.
    package private(set) var requests: Int
    /// Answers with 5xx, connections that broke or could not be made, answers that did not come in time.
    package private(set) var errors: Int
    /// Times from the beginning of a try to the head of its answer.
    package private(set) var durations: DurationDistribution
    /// Whether others are preferred because no connection could be made lately.
    package private(set) var isAvoided: Bool
    /// Whether it has not failed its checks.
    package private(set) var isHealthy: Bool
    /// Whether it is left out because of how it answered.
    package private(set) var isEjected: Bool
    /// How often it was left out.
    package private(set) var ejections: Int

    /// The same endpoint as two event loops know it.
    package func merged(with other: EndpointStatus) -> EndpointStatus {
        var sum = self
        sum.idle += other.idle
        sum.active += other.active
        sum.requests += other.requests
        sum.errors += other.errors
        sum.durations = durations + other.durations
        sum.isAvoided = isAvoided || other.isAvoided
        sum.isHealthy = isHealthy && other.isHealthy
        sum.isEjected = isEjected || other.isEjected
        sum.ejections = max(ejections, other.ejections)
        return sum
    }
}

extension EndpointStatus {
    /// - Parameters:
    ///   - isAvoided: Whether others are preferred now.
    ///   - ejections: How often it was left out.
    init(_ endpoint: Endpoint, isAvoided: Bool, ejections: Int) {
        self.init(
            address: endpoint.text,
            weight: endpoint.weight,
            idle: endpoint.idle.count + endpoint.shared.count(where: \.isIdle),
            active: endpoint.load.active,
            requests: endpoint.load.requests,
            errors: endpoint.load.errors,
            durations: endpoint.load.durations,
            isAvoided: isAvoided,
            isHealthy: endpoint.isHealthy,
            isEjected: endpoint.isEjected,
            ejections: ejections
        )
    }
}
