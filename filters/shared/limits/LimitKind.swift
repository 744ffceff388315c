/// The ways to count, by their keys in the file.
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

    /// Whether each value is counted on its own that a key means.
    var countsEachValue: Bool {
        switch self {
        case .header, .parameter, .consumer, .cookie: false
        case .perHeader, .perParameter, .perConsumer, .perCookie, .perAddress: true
        }
    }
}
