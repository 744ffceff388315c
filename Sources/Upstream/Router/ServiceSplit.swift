/// Services among which a route divides its requests.
package struct ServiceSplit: Sendable, Hashable {
    /// A service and its share.
    package struct Share: Sendable, Hashable {
        /// The address of the service.
        package let service: String
        /// The share in relation to the other weights, 0 for none.
        package let weight: Int

        package init(service: String, weight: Int) {
            self.service = service
            self.weight = weight
        }
    }

    /// The shares in the file's order.
    package let shares: [Share]
    private let total: Int

    /// - Parameter shares: At least one; weights are not negative, and their sum is above 0.
    package init(_ shares: [Share]) {
        self.shares = shares
        self.total = shares.reduce(0) { $0 + $1.weight }
    }

    /// The place of the share that takes the next request.
    package func pick(using random: inout some RandomNumberGenerator) -> Int {
        guard total > 0 else { return 0 }
        var left = Int.random(in: 0..<total, using: &random)
        for (index, share) in shares.enumerated() {
            if left < share.weight { return index }
            left -= share.weight
        }
        return 0
    }

    /// The service with the largest share, the first of equal ones.
    package var heaviest: String? {
        shares.reduce(nil as Share?) { best, share in
            guard let best, best.weight >= share.weight else { return share }
            return best
        }?.service
    }

    /// The services with their weights, for people.
    package var summary: String {
        shares.map { "\($0.service) (weight \($0.weight))" }.joined(separator: ", ")
    }
}
