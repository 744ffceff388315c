package import NIOCore

/// The last good answer for each name of a service; knows neither clock nor resolver.
package struct HostAnswers: Sendable {
    private let hosts: [String]
    private let ranks: [String: Rank]
    private var lastGood: [String: [SocketAddress]] = [:]
    private var failing: [String: ResolutionError] = [:]
    private var known: [SocketAddress: Rank] = [:]
    /// All endpoints; empty before the first good answer.
    package private(set) var addresses: [SocketAddress] = []
    /// The weight of each of ``addresses``: that of the first name that has it.
    package private(set) var weights: [Int] = []
    /// The priority of each of ``addresses``: that of the first name that has it.
    package private(set) var priorities: [Int] = []

    /// What the configuration says of a name.
    private struct Rank: Sendable, Hashable {
        var weight = 1
        var priority = 0
    }

    /// Why there is no address, once every name has failed and none was ever answered.
    package var failure: ResolutionError? {
        guard addresses.isEmpty, hosts.allSatisfy({ failing[$0] != nil }) else { return nil }
        return hosts.first.flatMap { failing[$0] }
    }

    /// What answers changed.
    package struct Change: Sendable {
        /// Whether ``HostAnswers/addresses`` is another set now.
        package var hasNewAddresses = false
        /// Names that failed and had not failed the time before.
        package var failed: [ResolutionError] = []
        /// Names that are answered again.
        package var recovered: [String] = []
    }

    /// - Parameters:
    ///   - weights: One a name; names without one have 1.
    ///   - priorities: One a name; names without one have 0, the first.
    package init(hosts: [String], weights: [Int] = [], priorities: [Int] = []) {
        self.hosts = hosts
        let ranks = hosts.indices.map { index in
            Rank(
                weight: weights.indices.contains(index) ? weights[index] : 1,
                priority: priorities.indices.contains(index) ? priorities[index] : 0
            )
        }
        self.ranks = Dictionary(zip(hosts, ranks), uniquingKeysWith: { first, _ in first })
    }

    /// Takes in answers. A name without a good one keeps what it had.
    package mutating func received(_ answers: [(host: String, result: Result<[SocketAddress], any Error>)]) -> Change {
        var change = Change()
        for (host, result) in answers {
            switch result {
            case .success(let found) where !found.isEmpty:
                lastGood[host] = found
                if failing.removeValue(forKey: host) != nil { change.recovered.append(host) }
            case .success:
                note(ResolutionError(host: host, reason: "it has no addresses"), of: host, in: &change)
            case .failure(let error):
                let known = error as? ResolutionError
                note(known ?? ResolutionError(host: host, reason: "\(error)"), of: host, in: &change)
            }
        }
        change.hasNewAddresses = merge()
        return change
    }

    private mutating func note(_ error: ResolutionError, of host: String, in change: inout Change) {
        if failing.updateValue(error, forKey: host) == nil { change.failed.append(error) }
    }

    /// Name servers rotate their answers: the same addresses in another order are no news.
    private mutating func merge() -> Bool {
        var merged: [SocketAddress] = []
        var found: [SocketAddress: Rank] = [:]
        for host in hosts {
            for address in lastGood[host] ?? [] where found[address] == nil {
                merged.append(address)
                found[address] = ranks[host] ?? Rank()
            }
        }
        guard found != known else { return false }
        known = found
        addresses = merged
        weights = merged.map { found[$0]?.weight ?? 1 }
        priorities = merged.map { found[$0]?.priority ?? 0 }
        return true
    }
}
