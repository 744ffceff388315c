package import NIOCore

/// The last good answer for each name of a service; knows neither clock nor resolver.
package struct HostAnswers: Sendable {
    private let hosts: [String]
    private var lastGood: [String: [SocketAddress]] = [:]
    private var failing: Set<String> = []
    /// All endpoints; empty before the first good answer.
    package private(set) var addresses: [SocketAddress] = []

    /// What a round of questions changed.
    package struct Change: Sendable {
        /// Whether ``HostAnswers/addresses`` is another set now.
        package var hasNewAddresses = false
        /// Names that failed in this round and not in the one before.
        package var failed: [ResolutionError] = []
        /// Names that are answered again.
        package var recovered: [String] = []
    }

    package init(hosts: [String]) {
        self.hosts = hosts
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
        var seen: Set<SocketAddress> = []
        let merged = hosts.flatMap { lastGood[$0] ?? [] }.filter { seen.insert($0).inserted }
        guard seen != Set(addresses) else { return false }
        addresses = merged
        return true
    }
}
