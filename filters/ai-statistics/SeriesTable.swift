import FilterAPI
import Synchronization

/// The counters of one combination of route, service, model and consumer.
struct StatisticsSeries: Sendable {
    let requests: Counter
    let streams: Counter
    let inputTokens: Counter
    let outputTokens: Counter
    let duration: Histogram
    let firstToken: Histogram

    fileprivate init(_ registry: MetricRegistry, _ labels: SeriesLabels) {
        let pairs = labels.pairs
        self.requests = registry.counter("ai_requests_total", "Answers of language models.", labels: pairs)
        self.streams = registry.counter("ai_stream_requests_total", "Answers that came as events.", labels: pairs)
        self.inputTokens = registry.counter("ai_input_tokens_total", "Tokens of questions.", labels: pairs)
        self.outputTokens = registry.counter("ai_output_tokens_total", "Tokens of answers.", labels: pairs)
        self.duration = registry.histogram(
            "ai_service_duration_seconds",
            "Time from a question to the end of its answer.",
            labels: pairs
        )
        self.firstToken = registry.histogram(
            "ai_first_token_duration_seconds",
            "Time from a question to the first event of its answer.",
            labels: pairs
        )
    }
}

/// What the counters are kept apart by.
struct SeriesLabels: Sendable, Hashable {
    let route: String
    let service: String
    let model: String
    let consumer: String

    /// The most characters of a model's name, which a client may choose.
    private static let maximumLength = 64

    init(route: String?, service: String?, model: String?, consumer: String?) {
        self.route = route ?? "none"
        self.service = service ?? "none"
        self.model = String((model ?? "unknown").unicodeScalars.prefix(Self.maximumLength))
        self.consumer = consumer ?? "none"
    }

    /// The labels under which everything is counted for which there is no room.
    fileprivate var other: SeriesLabels {
        SeriesLabels(route: self.route, service: self.service, model: "other", consumer: "other")
    }

    fileprivate var pairs: [(String, String)] {
        [("route", self.route), ("service", self.service), ("model", self.model), ("consumer", self.consumer)]
    }
}

/// The counters by their labels: one table for the process, so that a reload neither loses nor doubles any.
final class SeriesTable: Sendable {
    private let registry: MetricRegistry
    private let series = Mutex<[SeriesLabels: StatisticsSeries]>([:])

    init(_ registry: MetricRegistry) { self.registry = registry }

    /// The counters of these labels, or of `other` when there are as many as there may be.
    ///
    /// - Parameters:
    ///   - labels: The labels.
    ///   - limit: How many combinations there may be.
    func series(_ labels: SeriesLabels, limit: Int) -> StatisticsSeries {
        self.series.withLock { table in
            if let known = table[labels] { return known }
            // Routes and services are named by the configuration, so these are few.
            let labels = table.count < limit ? labels : labels.other
            if let known = table[labels] { return known }
            let made = StatisticsSeries(self.registry, labels)
            table[labels] = made
            return made
        }
    }
}
