import Crypto
import FilterAPI

/// Which requests are counted together, over all gateways that use the same name and the same Redis.
struct ClusterLimitRules: Sendable {
    /// The name that begins what is counted.
    let name: String
    /// The limit of all requests together; `nil` when rules decide.
    let global: RateLimit?
    /// Searched in their order.
    let rules: [LimitRule]

    /// The key in Redis that a request counts for and its limit, or `nil` for a request that is free.
    ///
    /// Values are credentials as often as not, and as long as a client likes: the key holds a digest of them.
    func match(_ stream: StreamContext) -> (key: String, limit: RateLimit)? {
        if let global = self.global { return (self.key("global_threshold", global, nil), global) }
        for rule in self.rules {
            var found: (key: String, limit: RateLimit)?
            rule.match(stream) { index, value in
                let limit = rule.keys.keys[index].limit
                let digest = Hexadecimal.text(SHA256.hash(data: value).prefix(16))
                found = (self.key(rule.kind.rawValue, limit, "\(rule.name):\(digest)"), limit)
            }
            if let found { return found }
        }
        return nil
    }

    private func key(_ kind: String, _ limit: RateLimit, _ value: String?) -> String {
        let head = "cluster-key-rate-limit:\(self.name):\(kind):\(limit.window.seconds):\(limit.count)"
        return value.map { "\(head):\($0)" } ?? head
    }
}
