import ArgumentParser
import FilterAPI
import Gateway
import Logging

/// `sluice check CONFIG`: every error and warning.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Reports every error and warning of a configuration.",
        discussion: "Exits with 1 when there is an error. Warnings leave the exit code 0."
    )

    @Argument(help: "The configuration file.")
    var config: String

    func run() async throws {
        let surroundings = GatewayPlan.Surroundings(
            logger: Output.logger(level: .critical),
            shared: SharedFilterState(isServing: false)
        )
        _ = try Output.load(self.config, surroundings: surroundings)
        Output.print("\(self.config): ok")
    }
}
