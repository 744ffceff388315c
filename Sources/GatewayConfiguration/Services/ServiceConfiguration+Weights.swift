import FilterAPI

extension ServiceConfiguration {
    /// The largest weight of a domain.
    private static let weightLimit = 1000

    /// The largest number of a priority.
    private static let priorityLimit = 127

    /// One weight a domain; none when they are left out.
    static func weights(_ fields: ConfigurationFields, domains: Int) -> [Int] {
        numbers(
            fields,
            "weights",
            in: 1...weightLimit,
            domains: domains,
            help: "Weights of the domains, 1 to 1000, in their order; default 1 each."
        )
    }

    /// One priority a domain; none when they are left out.
    static func priorities(_ fields: ConfigurationFields, domains: Int) -> [Int] {
        numbers(
            fields,
            "priorities",
            in: 0...priorityLimit,
            domains: domains,
            help: "Priorities of the domains, 0 to 127, in their order, lower first; default 0 each."
        )
    }

    private static func numbers(
        _ fields: ConfigurationFields,
        _ key: String,
        in range: ClosedRange<Int>,
        domains: Int,
        help: String
    ) -> [Int] {
        let texts = fields.strings(key, help: help)
        guard !texts.isEmpty else { return [] }
        var numbers: [Int] = []
        for (index, text) in texts.enumerated() {
            if let number = Int(text), range.contains(number) {
                numbers.append(number)
            } else {
                let expected = "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
                fields.error(at: key, item: index, "found \(quoted(text)); \(expected)")
            }
        }
        if texts.count != domains, domains > 0 {
            fields.error(at: key, "found \(texts.count) for \(domains) domains; expected one a domain")
        }
        return numbers
    }
}
