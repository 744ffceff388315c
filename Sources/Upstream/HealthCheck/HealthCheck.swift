/// How the endpoints of a service are asked whether they are healthy.
package struct HealthCheck: Sendable, Hashable {
    /// What is asked.
    package enum Question: Sendable, Hashable {
        /// Whether a connection can be made, without TLS.
        case tcp
        /// Whether a GET of this path is answered with 200 to 299, over what the service speaks.
        case http(path: String)
    }

    package var question: Question
    /// The time between two checks of an endpoint, of which a tenth is left to chance.
    package var interval: Duration
    /// How long a check may take.
    package var timeout: Duration
    /// How many checks in a row must fail until an endpoint is unhealthy; at least 1.
    package var unhealthyThreshold: Int
    /// How many checks in a row must succeed until it is healthy again; at least 1.
    package var healthyThreshold: Int

    package init(
        _ question: Question,
        interval: Duration = .seconds(5),
        timeout: Duration = .seconds(1),
        unhealthyThreshold: Int = 3,
        healthyThreshold: Int = 2
    ) {
        self.question = question
        self.interval = interval
        self.timeout = timeout
        self.unhealthyThreshold = unhealthyThreshold
        self.healthyThreshold = healthyThreshold
    }
}
