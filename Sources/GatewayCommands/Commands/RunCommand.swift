import ArgumentParser
import Foundation
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

    @Option(
        help: ArgumentHelp(
            "Take over from the gateway that waits at this Unix socket, and wait there for the next one.",
            valueName: "path"
        )
    )
    var handOver: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: LogLevel = .info

    func validate() throws {
        if let workers, !(1...1024).contains(workers) { throw ValidationError("--workers takes 1 to 1024.") }
    }

    func run() async throws {
        let surroundings = GatewayPlan.Surroundings(logger: Output.logger(level: self.logLevel.level))
        let signals = ProcessSignals()
        if let (before, after) = DescriptorLimit.raise() {
            surroundings.logger.debug(
                "the limit of file descriptors is raised",
                metadata: ["before": "\(before)", "after": "\(after)"]
            )
        }
        let server = try await self.start(surroundings)
        server.warnOfDescriptors()
        if self.watch { server.watchConfiguration() }
        try await self.awaitSuccessor(of: server)
        ProgramCode.release()
        await signals.serve(server, surroundings)
    }

    private func awaitSuccessor(of server: GatewayServer) async throws {
        guard let path = self.handOver else { return }
        do {
            try server.awaitSuccessor(at: path)
        } catch {
            await server.stop()
            Output.error("sluice: --hand-over \(path): \(error)")
            throw ExitCode(70)
        }
    }

    /// Apart, so that the first configuration is gone after a reload.
    private func start(_ surroundings: GatewayPlan.Surroundings) async throws -> GatewayServer {
        let plan = try Output.load(self.config, surroundings: surroundings)
        do {
            var sockets = try ListeningSockets.ofServiceManager(environment: ProcessInfo.processInfo.environment)
            var predecessor: Predecessor?
            if let path = self.handOver, sockets.isEmpty, let found = try await Predecessor.find(at: path) {
                (predecessor, sockets) = found
            }
            return try await GatewayServer.start(
                plan,
                surroundings: surroundings,
                workers: self.workers ?? System.coreCount,
                sockets: sockets,
                after: predecessor
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
