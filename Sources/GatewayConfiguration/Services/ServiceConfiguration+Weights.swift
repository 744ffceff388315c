import FilterAPI

extension ServiceConfiguration {
    /// The largest weight of a domain.
    private static let weightLimit = 1000

    /// One weight a domain; none when they are left out.
    static func weights(_ fields: ConfigurationFields, domains: Int) -> [Int] {
        let texts = fields.strings(
            "weights",
            help: "Weights of the domains, 1 to 1000, in their order; default 1 each."
        )
        guard !texts.isEmpty else { return [] }
        var weights: [Int] = []
        for (index, text) in texts.enumerated() {
            if let weight = Int(text), (1...weightLimit).contains(weight) {
                weights.append(weight)
            } else {
                let expected = "expected a whole number from 1 to \(weightLimit)"
                fields.error(at: "weights", item: index, "found \(quoted(text)); \(expected)")
            }
        }
        if texts.count != domains, domains > 0 {
            fields.error(at: "weights", "found \(texts.count) for \(domains) domains; expected one a domain")
        }
        return weights
    }
}
