import FilterAPI

/// A counter of tokens in Redis that begins anew after its time.
struct TokenWindow: Sendable {
    /// The counter's key: the same as the ecosystem's filter uses, so that gateways can share it.
    let key: String
    let limit: RateLimit

    private static let prefix = "higress-token-ratelimit"
    /// The most bytes of a value in a key; of a longer one its digest stands there.
    private static let maximumValueBytes = 256

    /// The window that a request counts in; `nil` for a request that is free.
    init?(_ rules: LimitRules, _ stream: StreamContext) {
        var window: TokenWindow?
        rules.match(stream) { limit, found in
            let kind = found?.rule.kind.rawValue ?? "global_threshold"
            let value = found.map { ":\($0.rule.name):\(TokenWindow.shown($0.value.text))" } ?? ""
            let key = "\(Self.prefix):\(rules.name):\(kind):\(limit.window.seconds)\(value)"
            window = TokenWindow(key: key, limit: limit)
        }
        guard let window else { return nil }
        self = window
    }

    private init(key: String, limit: RateLimit) {
        self.key = key
        self.limit = limit
    }

    private static func shown(_ value: String) -> String {
        value.utf8.count <= Self.maximumValueBytes ? value : "sha256:\(sha256(value))"
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
        [
            "EVAL", Self.charge, "1", self.key, String(self.limit.count), String(self.limit.window.seconds),
            String(tokens),
        ]
    }
}
