import FilterAPI

/// What requests are told apart by: the `limit_by_...` of a rule item.
enum LimitKind: String, Sendable, CaseIterable {
    case header = "limit_by_header"
    case parameter = "limit_by_param"
    case consumer = "limit_by_consumer"
    case cookie = "limit_by_cookie"
    case perHeader = "limit_by_per_header"
    case perParameter = "limit_by_per_param"
    case perConsumer = "limit_by_per_consumer"
    case perCookie = "limit_by_per_cookie"
    case perAddress = "limit_by_per_ip"

    /// Whether a limit key may be a pattern, each of whose values then counts by itself.
    var takesPatterns: Bool {
        switch self {
        case .perHeader, .perParameter, .perConsumer, .perCookie: true
        default: false
        }
    }

    /// Whether the key's value says nothing.
    var isNameless: Bool { self == .consumer || self == .perConsumer }
}

/// How many tokens there are in which time.
struct TokenLimit: Sendable, Hashable {
    let tokens: Int
    /// Seconds.
    let window: Int

    /// The units by their keys.
    static let units = [
        ("token_per_second", 1), ("token_per_minute", 60), ("token_per_hour", 3600), ("token_per_day", 86_400),
    ]

    /// Reads the one of the units that has to be there; `nil` when it is wrong.
    init?(_ fields: ConfigurationFields) {
        let given = TokenLimit.units.compactMap { key, window in
            fields.integer(key, in: 0...(1 << 53), help: "How many tokens there are in \(window) s.").map {
                ($0, window)
            }
        }
        guard !fields.isDescribing else { return nil }
        let names = TokenLimit.units.map(\.0)
        let count = names.count { fields.has($0) }
        if count != 1 {
            let list = names.joined(separator: ", ")
            fields.error(
                count == 0 ? "missing key: expected one of \(list)" : "found several limits; expected one of \(list)"
            )
        }
        guard let (tokens, window) = given.first else { return nil }
        self.tokens = tokens
        self.window = window
    }
}

/// A limit for values of a key.
struct TokenLimitKey: Sendable {
    /// Which values it is for.
    enum Match: Sendable {
        case exactly(String)
        case pattern(Pattern)
        case everything
        case addresses(AddressRange)
    }

    let match: Match
    let limit: TokenLimit

    /// Whether it is for this value.
    func takes(_ value: String) -> Bool {
        switch self.match {
        case .exactly(let text): text == value
        case .pattern(let pattern): pattern.matches(value)
        case .everything: true
        case .addresses(let range): IPAddress(value).map { range.contains($0.unmapped) } ?? false
        }
    }
}
