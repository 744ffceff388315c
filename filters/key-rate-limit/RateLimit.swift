import FilterAPI

/// So many requests in each window of time.
struct RateLimit: Sendable, Hashable {
    /// The lengths that windows have, by their keys in the file.
    enum Window: String, Sendable, CaseIterable {
        case second = "query_per_second"
        case minute = "query_per_minute"
        case hour = "query_per_hour"
        case day = "query_per_day"

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

    /// The greatest count: it has 24 bits in a ``RateCount``.
    static let greatestCount = 10_000_000

    let count: Int
    let window: Window

    /// The window in milliseconds.
    var milliseconds: UInt64 { UInt64(self.window.seconds) * 1000 }
}

extension RateLimit {
    /// Reads the one of the four keys that is there; `nil` when that is not so, which is then reported.
    init?(_ fields: ConfigurationFields) {
        var found: [RateLimit] = []
        for window in Window.allCases {
            let unit = window.rawValue.split(separator: "_").last ?? ""
            let count = fields.integer(
                window.rawValue,
                in: 1...Self.greatestCount,
                help: "How many requests may pass each \(unit)."
            )
            if let count { found.append(RateLimit(count: count, window: window)) }
        }
        let keys = Window.allCases.map(\.rawValue)
        let given = keys.filter { fields.has($0) }
        if given.isEmpty {
            if !fields.isDescribing {
                fields.error("found none of \(keys.joined(separator: ", ")); expected exactly one")
            }
            return nil
        }
        if given.count > 1 {
            fields.error(at: given[1], "found \(given.joined(separator: " and ")); expected exactly one of them")
        }
        guard let limit = found.first else { return nil }
        self = limit
    }
}
