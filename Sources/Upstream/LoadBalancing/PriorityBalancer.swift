import FilterAPI

/// Chooses a group of endpoints by its share, and an endpoint of the group as the policy says.
final class PriorityBalancer {
    private struct Group {
        /// The shares of this group and those before it, in percent.
        let bound: Int
        let start: Int
        let endpoints: ContiguousArray<Endpoint>
        let balancer: EndpointBalancer?
        var turns: RoundRobin
    }

    private var groups: [Group] = []
    private let key: HashKey?
    private var random: BalancerRandom

    /// - Parameters:
    ///   - policy: How to choose within a group.
    ///   - groups: The endpoints of each group with its share in percent.
    ///   - slowStart: How long endpoints warm up.
    ///   - weigh: The weights of endpoints while some of them warm up.
    ///   - seed: Begins turns and random numbers.
    init(
        _ policy: BalancingPolicy,
        _ groups: [(share: Int, endpoints: ContiguousArray<Endpoint>)],
        seed: UInt64,
        weigh: (ContiguousArray<Endpoint>) -> [Int]?
    ) {
        if case .ringHash(let key) = policy { self.key = key } else { self.key = nil }
        self.random = BalancerRandom(seed: seed)
        var (bound, start) = (0, 0)
        for group in groups {
            bound += group.share
            self.groups.append(
                Group(
                    bound: bound,
                    start: start,
                    endpoints: group.endpoints,
                    balancer: EndpointBalancer(policy, group.endpoints, weights: weigh(group.endpoints), seed: seed),
                    turns: RoundRobin(startingAt: Int(truncatingIfNeeded: seed >> 8))
                )
            )
            start += group.endpoints.count
        }
    }

    /// The index of the endpoint for a request, among those of all groups one after the other.
    func pick(for request: RequestHead?, at place: RingPlace) -> Int {
        // A key stays with its group for as long as the shares stay.
        let hash = self.key.flatMap { place.hash(of: request, by: $0) }
        let drawn = hash.map { Int(($0 >> 32) % 100) } ?? Int.random(in: 0..<100, using: &self.random)
        guard let index = self.groups.firstIndex(where: { drawn < $0.bound }) ?? self.groups.indices.last else {
            return 0
        }
        let group = self.groups[index]
        if let balancer = group.balancer {
            return group.start + balancer.pick(of: group.endpoints, for: request, at: place)
        }
        return group.start + self.groups[index].turns.pick(of: group.endpoints.count)
    }
}
