import ArgumentParser
import Foundation
import Gateway

/// `sluice ai-cache`: what belongs to the filter `ai-cache`.
struct AICacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ai-cache",
        abstract: "Looks into what the filter ai-cache does.",
        subcommands: [CacheReportCommand.self]
    )
}

/// `sluice ai-cache report`: what each threshold would have done.
struct CacheReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Shows what each threshold would have done to the lookups that ai-cache observed.",
        discussion: """
            Reads files that "observations" names, in mode: shadow or with vector.maxErrorRate, or asks the admin listener of a running gateway. The token may \
            also be in SLUICE_ADMIN_TOKEN. With --max-error-rate it recommends the threshold that finds most within that rate, or \
            says why it recommends none.
            """
    )

    /// How the report is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @Argument(help: "Files of observations; default: the admin listener is asked.")
    var files: [String] = []

    @Option(help: "The admin listener; default http://127.0.0.1:9901.")
    var admin: String?

    @Option(help: "The admin listener's token.")
    var token: String?

    @Option(help: "Only what the cache of this name observed, where there are several.")
    var cache: String?

    @Option(help: "The most wrong answers, as a share of all lookups, that a threshold is wanted for, such as 0.02.")
    var maxErrorRate: Double?

    @Option(help: "How sure the bounds are, 0.5 to 0.999.")
    var confidence = 0.95

    @Option(help: "The least threshold; default 0.70, for distances 0.01.")
    var from: Double?

    @Option(help: "The greatest threshold; default 0.99, for distances 0.30.")
    var to: Double?

    @Option(help: "What lies between two thresholds.")
    var step = 0.01

    @Option(help: "table or json.")
    var format = Format.table

    func validate() throws {
        if !self.files.isEmpty, self.admin != nil {
            throw ValidationError("Give files or --admin, not both.")
        }
        if let admin, AdminClient.Address(admin) == nil {
            throw ValidationError("--admin takes a URL such as http://127.0.0.1:9901.")
        }
        if let rate = self.maxErrorRate, !(rate > 0 && rate < 1) {
            throw ValidationError("--max-error-rate takes a share between 0 and 1, such as 0.02.")
        }
        if !(0.5...0.999).contains(self.confidence) { throw ValidationError("--confidence takes 0.5 to 0.999.") }
        if !(self.step >= 0.0001 && self.step <= 1) { throw ValidationError("--step takes 0.0001 to 1.") }
        for (name, value) in [("--from", self.from), ("--to", self.to)] {
            if let value, !(-1000...1000).contains(value) { throw ValidationError("\(name) takes -1000 to 1000.") }
        }
        if let from, let to, from > to { throw ValidationError("--from is greater than --to.") }
    }

    func run() async throws {
        var observations = self.files.isEmpty ? try await self.observed() : try self.read()
        if let cache { observations.keep(cache: cache) }
        guard !observations.all.isEmpty else {
            Output.error("sluice: \(self.source): no observations\(self.cache.map { " of the cache \"\($0)\"" } ?? "")")
            throw ExitCode(1)
        }
        do {
            let measure = try observations.measure ?? .similarity
            let report = ThresholdReport(observations.all, measure, self.grid(for: measure))
            switch self.format {
            case .table: Output.print(report.text(confidence: self.confidence, errorRate: self.maxErrorRate))
            case .json: Output.print(try report.json(confidence: self.confidence, errorRate: self.maxErrorRate))
            }
        } catch let error as MixedMeasures {
            Output.error("sluice: \(self.source): \(error)")
            throw ExitCode(1)
        }
    }

    private var address: String { self.admin ?? "http://127.0.0.1:9901" }
    private var source: String { self.files.isEmpty ? self.address : self.files.joined(separator: ", ") }

    private func grid(for measure: CacheObservation.Measure) -> ThresholdReport.Grid {
        let usual = ThresholdReport.Grid.usual(for: measure)
        let from = self.from ?? min(usual.from, self.to ?? usual.from)
        return ThresholdReport.Grid(from: from, to: self.to ?? max(usual.to, from), step: self.step)
    }

    private func read() throws -> CacheObservations {
        var observations = CacheObservations()
        for file in self.files {
            do {
                let lines = try Data(contentsOf: URL(fileURLWithPath: file), options: .mappedIfSafe)
                observations.add(lines: lines, of: file)
            } catch {
                Output.error("sluice: \(file): cannot be read")
                throw ExitCode(1)
            }
        }
        if let first = observations.firstDamaged {
            Output.error("sluice: \(first): no observation; \(observations.damaged) such lines are left out")
        }
        return observations
    }

    private func observed() async throws -> CacheObservations {
        guard let address = AdminClient.Address(self.address) else { throw ExitCode(64) }
        let token = self.token ?? ProcessInfo.processInfo.environment["SLUICE_ADMIN_TOKEN"]
        var observations = CacheObservations()
        do {
            let answer = try await AdminClient(address, token: token).get("/ai-cache/observations")
            try observations.add(answer: Data(answer))
        } catch {
            let reason = error is DecodingError ? "it answered something that is no list of observations" : "\(error)"
            Output.error("sluice: \(self.address): \(reason)")
            throw ExitCode(70)
        }
        return observations
    }
}
