import ArgumentParser
import Gateway
import Logging
import NIOCore

/// `sluice run CONFIG`: serve.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Serves a configuration.")

    @Argument(help: "The configuration file.")
    var config: String

    @Option(help: "Event loops; default one a core.")
    var workers: Int?

    @Flag(help: "Read the configuration again whenever one of its files changes.")
    var watch = false

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: LogLevel = .info

    func validate() throws {
        if let workers, !(1...1024).contains(workers) { throw ValidationError("--workers takes 1 to 1024.") }
    }

    func run() async throws {
        let surroundings = GatewayPlan.Surroundings(logger: Output.logger(level: self.logLevel.level))
        let signals = ProcessSignals()
        let server = try await self.start(surroundings)
        if self.watch { server.watchConfiguration() }
        await signals.serve(server, surroundings)
    }

    /// Apart, so that the first configuration is gone after a reload.
    private func start(_ surroundings: GatewayPlan.Surroundings) async throws -> GatewayServer {
        let plan = try Output.load(self.config, surroundings: surroundings)
        do {
            return try await GatewayServer.start(
                plan,
                surroundings: surroundings,
                workers: self.workers ?? System.coreCount
            )
        } catch {
            Output.error("sluice: \(error)")
            throw ExitCode(70)
        }
    }
}

/// The levels of the program's log.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level { Logger.Level(rawValue: self.rawValue) ?? .info }
}
