import ArgumentParser
public import FilterAPI
import Gateway

/// The command line as a library: a program of one's own with one's own filters has all of it.
///
/// ```swift
/// import BundledFilters
/// import GatewayCommands
///
/// await GatewayCommandLine.main(filters: bundledFilters + [MyFilter.self])
/// ```
public enum GatewayCommandLine {
    /// The filters of this program.
    @TaskLocal static var registry = FilterRegistry([])

    /// Runs the command that the process's arguments name, and exits.
    ///
    /// Exit codes: 0, 1 for an invalid configuration, 64 for wrong usage, 70 for an internal error.
    ///
    /// - Parameter filters: The filters that configurations may name.
    public static func main(filters: [any Filter.Type]) async {
        await self.$registry.withValue(FilterRegistry(filters)) {
            await SluiceCommand.main()
        }
    }
}

/// The root of the command line.
struct SluiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "An edge gateway in which everything between request and answer is a filter.",
        version: GatewayVersion.text,
        subcommands: [
            RunCommand.self, CheckCommand.self, ExplainCommand.self, DemoCommand.self, FiltersCommand.self,
            SchemaCommand.self, NewCommand.self, GJSONCommand.self, StatusCommand.self, AICacheCommand.self,
            VersionCommand.self,
        ]
    )
}
