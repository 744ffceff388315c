import FilterAPI

/// A counter of tokens in Redis that begins anew after its time.
struct TokenWindow: Sendable {
    /// The counter's key: the same as the ecosystem's filter uses, so that gateways can share it.
    let key: String
    let limit: TokenLimit

    private static let prefix = "higress-token-ratelimit"
    /// The most bytes of a value in a key; of a longer one its digest stands there.
    private static let maximumValueBytes = 256

    /// The window for everything.
    init(rule: String, _ limit: TokenLimit) {
        self.key = "\(Self.prefix):\(rule):global_threshold:\(limit.window)"
        self.limit = limit
    }

    /// The window for one value.
    init(rule: String, _ item: LimitItem, _ value: String, _ limit: TokenLimit) {
        let shown = value.utf8.count <= Self.maximumValueBytes ? value : "sha256:\(sha256(value))"
        self.key = "\(Self.prefix):\(rule):\(item.kind.rawValue):\(limit.window):\(item.name):\(shown)"
        self.limit = limit
    }

    /// Adds tokens, unless the window is over its limit already, and sees to it that the counter ends.
    static let charge = """
        local current = tonumber(redis.call('get', KEYS[1]) or '0')
        if current <= tonumber(ARGV[1]) then
            current = redis.call('incrby', KEYS[1], ARGV[3])
            if redis.call('ttl', KEYS[1]) < 0 then redis.call('expire', KEYS[1], ARGV[2]) end
        end
        return {tonumber(ARGV[1]), current, redis.call('ttl', KEYS[1])}
        """

    /// The command that adds tokens.
    func charging(_ tokens: Int) -> [String] {
        ["EVAL", Self.charge, "1", self.key, String(self.limit.tokens), String(self.limit.window), String(tokens)]
    }
}
