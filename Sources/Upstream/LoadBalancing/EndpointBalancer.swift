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

    /// - Parameters:
    ///   - policy: How to choose.
    ///   - endpoints: The endpoints to choose among.
    ///   - weights: The weight of each at this time, when that is not its own.
    ///   - seed: Begins turns and random numbers.
    /// - Returns: `nil` when the endpoints are simply taken in turn.
    init?(
        _ policy: BalancingPolicy,
        _ endpoints: ContiguousArray<Endpoint>,
        weights warming: [Int]? = nil,
        seed: UInt64
    ) {
        let weights = warming ?? endpoints.map(\.weight)
        guard endpoints.count > 1, policy != .roundRobin || Set(weights).count > 1 else { return nil }
        self.choice =
            switch policy {
            // Weights that change all the time have no turns.
            case .roundRobin where warming != nil: .random
            case .roundRobin: .inTurn
            case .leastRequest: .leastRequest(LeastRequest(weights))
            case .random: .random
            case .ringHash(let key): .ring(HashRing(endpoints.map { ($0.text, $0.weight) }), key)
            }
        self.draw = WeightedRandom(weights)
        let start = warming == nil ? Int(truncatingIfNeeded: seed >> 8) : 0
        self.turns = WeightedRoundRobin(weights, startingAt: start)
        self.random = BalancerRandom(seed: seed)
    }

    /// The index of the endpoint for a request; `nil` for one that is nobody's in particular.
    func pick(of endpoints: ContiguousArray<Endpoint>, for request: RequestHead?, at place: RingPlace) -> Int {
        switch choice {
        case .inTurn: return turns.pick()
        case .leastRequest(let least): return least.pick(using: &random) { endpoints[$0].load.active }
        case .random: return draw.pick(using: &random)
        case .ring(let ring, let key):
            guard let hash = place.hash(of: request, by: key) else { return draw.pick(using: &random) }
            return ring.pick(hash)
        }
    }
}
