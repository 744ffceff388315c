import FilterAPI

/// `healthCheck` of a service: how its endpoints are asked whether they are healthy.
package struct HealthCheckConfiguration: Sendable, Hashable {
    /// What is asked.
    package enum Question: String, Sendable, CaseIterable {
        /// Whether a GET is answered with 200 to 299.
        case http
        /// Whether a connection can be made.
        case tcp
    }

    /// What is asked.
    package let question: Question
    /// The target of the GET.
    package let path: String
    /// The time between two checks of an endpoint.
    package let interval: Duration
    /// How long a check may take.
    package let timeout: Duration
    /// Failed checks in a row until an endpoint is unhealthy.
    package let unhealthyThreshold: Int
    /// Passed checks in a row until it is healthy again.
    package let healthyThreshold: Int

    init(_ fields: ConfigurationFields) {
        question = fields.choice("type", default: Question.http, help: "A GET over http, or a tcp connection.")
        let path = fields.parsed("path", help: "Target of the GET; default /.") { (text) throws(ConfigurationMistake) in
            guard text.hasPrefix("/"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw ConfigurationMistake("expected a path such as /healthy")
            }
            return text
        }
        self.path = path ?? "/"
        interval = fields.duration(
            "interval",
            in: .milliseconds(10)...Duration.seconds(3600),
            default: .seconds(5),
            help: "Time between two checks of an endpoint."
        )
        timeout = fields.duration(
            "timeout",
            in: .milliseconds(1)...Duration.seconds(600),
            default: .seconds(1),
            help: "How long a check may take."
        )
        unhealthyThreshold = fields.integer(
            "unhealthyThreshold",
            in: 1...100,
            default: 3,
            help: "Failed checks in a row until an endpoint is unhealthy."
        )
        healthyThreshold = fields.integer(
            "healthyThreshold",
            in: 1...100,
            default: 2,
            help: "Passed checks in a row until it is healthy again."
        )
        if question == .tcp, fields.has("path") { fields.error(at: "path", "only the type \"http\" takes it") }
    }
}
