import FilterAPI

/// Counts what language models answer, and says in the access log what it was.
///
/// Nothing is held back or changed: bodies are read along while they pass.
final class AIStatistics: Filter {
    static let name = "ai-statistics"
    static let priority = 900
    static let summary = "Counts tokens and times of language models' answers, and logs them."

    let configuration: AIStatisticsConfiguration
    let table: SeriesTable

    init(_ configuration: AIStatisticsConfiguration, _ environment: FilterEnvironment) {
        let metrics = environment.metrics
        self.configuration = configuration
        self.table = environment.shared.object("ai-statistics.series") { SeriesTable(metrics) }
    }

    func makeStream(_ stream: StreamContext) -> AIStatisticsStream? {
        self.configuration.paths.takes(stream.request) ? AIStatisticsStream(self) : nil
    }
}
