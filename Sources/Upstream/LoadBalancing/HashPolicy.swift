package import FilterAPI

/// What of a request decides about its endpoint on one route, in place of the key that the service names.
///
/// Source: Envoy, `hash_policy` of a route, with its way of joining hashes.
package struct HashPolicy: Sendable, Hashable {
    /// One key among several.
    package struct Item: Sendable, Hashable {
        /// The key.
        package let key: HashKey
        /// What a client without the key's cookie gets; `nil` for nothing.
        package let cookie: AffinityCookie?
        /// Whether the keys behind this one are left out when a request has it.
        package let isTerminal: Bool

        package init(_ key: HashKey, cookie: AffinityCookie? = nil, isTerminal: Bool = false) {
            self.key = key
            self.cookie = cookie
            self.isTerminal = isTerminal
        }
    }

    /// What a request comes to.
    package struct Outcome: Sendable, Hashable {
        /// The hash of all its keys; `nil` when it has none, and may go anywhere.
        package var hash: UInt64?
        /// The cookies that its answer sets, as `Set-Cookie` has them.
        package var cookies: [String] = []

        package init(hash: UInt64? = nil) { self.hash = hash }
    }

    /// The keys in the file's order.
    package let items: [Item]

    package init(_ items: [Item]) { self.items = items }

    /// Joins the hashes of a request's keys.
    ///
    /// - Parameters:
    ///   - request: The request as it goes to the service.
    ///   - random: Makes the values of cookies.
    package func outcome(of request: RequestHead, using random: inout some RandomNumberGenerator) -> Outcome {
        var outcome = Outcome()
        for item in self.items {
            guard let hash = self.hash(of: item, request, &outcome, &random) else { continue }
            outcome.hash = outcome.hash.map { ($0 << 1 | $0 >> 63) ^ hash } ?? hash
            if item.isTerminal { break }
        }
        return outcome
    }

    private func hash(
        of item: Item,
        _ request: RequestHead,
        _ outcome: inout Outcome,
        _ random: inout some RandomNumberGenerator
    ) -> UInt64? {
        if let hash = item.key.hash(of: request) { return hash }
        guard let cookie = item.cookie else { return nil }
        let value = AffinityCookie.value(using: &random)
        outcome.cookies.append(cookie.field(value, isSecure: request.clientScheme == .https))
        return StableHash.hash(value.utf8)
    }
}
