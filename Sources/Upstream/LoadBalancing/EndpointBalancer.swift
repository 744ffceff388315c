import FilterAPI

/// Chooses among the endpoints of a service that may be used now, when taking them in turn will not do.
final class EndpointBalancer {
    private enum Choice {
        case inTurn
        case leastRequest(LeastRequest)
        case random
        case ring(HashRing, HashKey)
    }

    private let choice: Choice
    private let draw: WeightedRandom
    private var turns: WeightedRoundRobin
    private var random: BalancerRandom

    /// - Returns: `nil` when the endpoints are simply taken in turn.
    init?(_ policy: BalancingPolicy, _ endpoints: ContiguousArray<Endpoint>, seed: UInt64) {
        let weights = endpoints.map(\.weight)
        guard endpoints.count > 1, policy != .roundRobin || Set(weights).count > 1 else { return nil }
        self.choice =
            switch policy {
            case .roundRobin: .inTurn
            case .leastRequest: .leastRequest(LeastRequest(weights))
            case .random: .random
            case .ringHash(let key): .ring(HashRing(endpoints.map { ($0.text, $0.weight) }), key)
            }
        self.draw = WeightedRandom(weights)
        self.turns = WeightedRoundRobin(weights, startingAt: Int(truncatingIfNeeded: seed >> 8))
        self.random = BalancerRandom(seed: seed)
    }

    /// The index of the endpoint for a request; `nil` for one that is nobody's in particular.
    func pick(of endpoints: ContiguousArray<Endpoint>, for request: RequestHead?) -> Int {
        switch choice {
        case .inTurn: return turns.pick()
        case .leastRequest(let least): return least.pick(using: &random) { endpoints[$0].load.active }
        case .random: return draw.pick(using: &random)
        case .ring(let ring, let key):
            guard let hash = request.flatMap({ key.hash(of: $0) }) else { return draw.pick(using: &random) }
            return ring.pick(hash)
        }
    }
}
