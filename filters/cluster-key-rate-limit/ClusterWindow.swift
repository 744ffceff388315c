import Crypto
import FilterAPI

/// A counter of requests in Redis, and how many there may be.
struct ClusterWindow: Sendable, Hashable {
    /// The counter's key.
    let key: String
    let limit: RateLimit

    /// The window that a request counts in; `nil` for a request that is free.
    ///
    /// Values are credentials as often as not, and as long as a client likes: the key holds a digest of them.
    init?(_ rules: LimitRules, _ stream: StreamContext) {
        var window: ClusterWindow?
        rules.match(stream) { limit, found in
            let kind = found?.rule.kind.rawValue ?? "global_threshold"
            let head = "cluster-key-rate-limit:\(rules.name):\(kind):\(limit.window.seconds):\(limit.count)"
            let digest = found?.value.withBytes { Hexadecimal.text(SHA256.hash(data: $0).prefix(16)) }
            let value = found.map { ":\($0.rule.name):\(digest ?? "")" } ?? ""
            window = ClusterWindow(key: head + value, limit: limit)
        }
        guard let window else { return nil }
        self = window
    }

    private init(key: String, limit: RateLimit) {
        self.key = key
        self.limit = limit
    }
}
