package import NIOCore

/// The last good answer for each name of a service; knows neither clock nor resolver.
package struct HostAnswers: Sendable {
    private let hosts: [String]
    private let weightsOfHosts: [String: Int]
    private var lastGood: [String: [SocketAddress]] = [:]
    private var failing: Set<String> = []
    /// All endpoints; empty before the first good answer.
    package private(set) var addresses: [SocketAddress] = []
    /// The weight of each of ``addresses``: that of the first name that has it.
    package private(set) var weights: [Int] = []

    /// What a round of questions changed.
    package struct Change: Sendable {
        /// Whether ``HostAnswers/addresses`` is another set now.
        package var hasNewAddresses = false
        /// Names that failed in this round and not in the one before.
        package var failed: [ResolutionError] = []
        /// Names that are answered again.
        package var recovered: [String] = []
    }

    /// - Parameter weights: One a name; names without one have 1.
    package init(hosts: [String], weights: [Int] = []) {
        self.hosts = hosts
        self.weightsOfHosts = Dictionary(zip(hosts, weights), uniquingKeysWith: { first, _ in first })
    }

    /// Takes in the answers of one round. A name without a good one keeps what it had.
    package mutating func received(_ answers: [(host: String, result: Result<[SocketAddress], any Error>)]) -> Change {
        var change = Change()
        for (host, result) in answers {
            switch result {
            case .success(let found) where !found.isEmpty:
                lastGood[host] = found
                if failing.remove(host) != nil { change.recovered.append(host) }
            case .success:
                note(ResolutionError(host: host, reason: "it has no addresses"), in: &change)
            case .failure(let error):
                let known = error as? ResolutionError
                note(known ?? ResolutionError(host: host, reason: "\(error)"), in: &change)
            }
        }
        change.hasNewAddresses = merge()
        return change
    }

    private mutating func note(_ error: ResolutionError, in change: inout Change) {
        if failing.insert(error.host).inserted { change.failed.append(error) }
    }

    /// Name servers rotate their answers: the same addresses in another order are no news.
    private mutating func merge() -> Bool {
        var merged: [SocketAddress] = []
        var found: [SocketAddress: Int] = [:]
        for host in hosts {
            for address in lastGood[host] ?? [] where found[address] == nil {
                merged.append(address)
                found[address] = weightsOfHosts[host] ?? 1
            }
        }
        let known = Dictionary(zip(addresses, weights), uniquingKeysWith: { first, _ in first })
        guard found != known else { return false }
        addresses = merged
        weights = merged.map { found[$0] ?? 1 }
        return true
    }
}
