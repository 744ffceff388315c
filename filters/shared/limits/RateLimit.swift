import FilterAPI

/// So many requests, or tokens, in each window of time.
struct RateLimit: Sendable, Hashable {
    /// What is counted; begins the keys in the file.
    enum Unit: String, Sendable {
        case requests = "query"
        case tokens = "token"

        /// What may be configured. The greatest count of requests has 24 bits in a ``RateCount``.
        var range: ClosedRange<Int> {
            switch self {
            case .requests: 1...RateLimit.greatestCount
            case .tokens: 0...(1 << 53)
            }
        }
    }

    /// The lengths that windows have; end the keys in the file.
    enum Window: String, Sendable, CaseIterable {
        case second, minute, hour, day

        /// The length in seconds.
        var seconds: Int {
            switch self {
            case .second: 1
            case .minute: 60
            case .hour: 3600
            case .day: 86400
            }
        }
    }

    /// The most requests of a window.
    static let greatestCount = 10_000_000

    let count: Int
    let window: Window

    /// The window in milliseconds.
    var milliseconds: UInt64 { UInt64(self.window.seconds) * 1000 }
}

extension RateLimit {
    /// Reads the one of the four keys that is there; `nil` when that is not so, which is then reported.
    init?(_ fields: ConfigurationFields, _ unit: Unit) {
        var found: [RateLimit] = []
        for window in Window.allCases {
            let count = fields.integer(
                "\(unit.rawValue)_per_\(window.rawValue)",
                in: unit.range,
                help: "How many \(unit) there are in each \(window)."
            )
            if let count { found.append(RateLimit(count: count, window: window)) }
        }
        guard !fields.isDescribing else { return nil }
        let keys = Window.allCases.map { "\(unit.rawValue)_per_\($0.rawValue)" }
        let given = keys.filter { fields.has($0) }
        if given.isEmpty { fields.error("found none of \(keys.joined(separator: ", ")); expected exactly one") }
        if given.count > 1 {
            fields.error(at: given[1], "found \(given.joined(separator: " and ")); expected exactly one of them")
        }
        guard let limit = found.first else { return nil }
        self = limit
    }
}
