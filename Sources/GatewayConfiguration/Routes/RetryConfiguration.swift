import FilterAPI

/// `retry` of a route: when a request is sent again.
package struct RetryConfiguration: Sendable, Hashable {
    /// What makes a further try.
    package enum Condition: Sendable, Hashable {
        /// No connection could be made.
        case connectFailure
        /// The connection broke before the answer.
        case reset
        /// Any 5xx, and whatever the gateway would answer with one.
        case serverError
        /// This status.
        case status(Int)
    }

    /// `budget`: how many retries there may be at a time.
    package struct Budget: Sendable, Hashable {
        /// The share of the active requests in percent.
        package let percent: Int
        /// As many are always allowed.
        package let minimum: Int

        init(_ fields: ConfigurationFields) {
            percent = fields.integer(
                "percent",
                in: 0...100,
                default: 20,
                help: "Retries at a time, in percent of the active requests."
            )
            minimum = fields.integer("minimum", in: 0...10_000, default: 3, help: "Retries at a time in any case.")
        }
    }

    /// Further tries.
    package let attempts: Int
    /// What makes a further try.
    package let conditions: Set<Condition>
    /// Time for the head of one try's answer; nil leaves it to the time of the route.
    package let perTryTimeout: Duration?
    /// How many retries there may be at a time.
    package let budget: Budget

    init(_ fields: ConfigurationFields) {
        attempts = fields.integer("attempts", in: 1...10, default: 1, help: "Further tries after the first.")
        conditions = RetryConfiguration.conditions(fields)
        perTryTimeout = fields.duration(
            "perTryTimeout",
            in: .milliseconds(1)...Duration.seconds(86_400),
            help: "Time for the head of one try's answer."
        )
        budget = fields.objectOrDefaults("budget", help: "How many retries there may be at a time.") { Budget($0) }
    }

    private static let names: [(String, Condition)] = [
        ("connect-failure", .connectFailure), ("reset", .reset), ("5xx", .serverError),
    ]

    private static func conditions(_ fields: ConfigurationFields) -> Set<Condition> {
        let texts = fields.strings(
            "retryOn",
            form: .listOrScalar,
            default: ["connect-failure", "503"],
            help: "connect-failure, reset, 5xx, or statuses such as 503."
        )
        if texts.isEmpty { fields.error(at: "retryOn", "found no condition; expected at least one") }
        var conditions: Set<Condition> = []
        for (index, text) in texts.enumerated() {
            if let known = names.first(where: { $0.0 == text }) {
                conditions.insert(known.1)
            } else if let status = Int(text), (200...599).contains(status) {
                conditions.insert(.status(status))
            } else {
                let hint = hint(for: text, among: names.map(\.0))
                let list = "; expected connect-failure, reset, 5xx or a status from 200 to 599"
                fields.error(at: "retryOn", item: index, "found \(quoted(text))\(hint.isEmpty ? list : hint)")
            }
        }
        return conditions
    }
}
