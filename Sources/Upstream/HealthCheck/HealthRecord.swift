/// What the checks of one endpoint have shown; knows neither clock nor socket.
package struct HealthRecord: Sendable, Hashable {
    /// An endpoint is healthy until its checks show otherwise, so that a start does not wait for them.
    package private(set) var isHealthy: Bool
    /// Results in a row that contradict ``isHealthy``.
    private var contradictions = 0

    /// - Parameter isHealthy: What is known of it already.
    package init(isHealthy: Bool = true) { self.isHealthy = isHealthy }

    /// Takes in the result of a check.
    ///
    /// - Returns: whether ``isHealthy`` has changed.
    package mutating func checked(_ hasPassed: Bool, by check: HealthCheck) -> Bool {
        guard hasPassed != isHealthy else {
            contradictions = 0
            return false
        }
        contradictions += 1
        guard contradictions >= (isHealthy ? check.unhealthyThreshold : check.healthyThreshold) else { return false }
        isHealthy.toggle()
        contradictions = 0
        return true
    }
}
