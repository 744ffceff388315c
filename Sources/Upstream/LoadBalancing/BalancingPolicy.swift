/// How requests are spread over the endpoints of a service.
package enum BalancingPolicy: Sendable, Hashable {
    /// In turn; with weights smoothly in proportion to them.
    case roundRobin
    /// The less busy of two endpoints that were drawn by weight.
    case leastRequest
    /// Drawn by weight.
    case random
    /// The endpoint to which the key of the request belongs; without a key one drawn by weight.
    case ringHash(HashKey)
}
