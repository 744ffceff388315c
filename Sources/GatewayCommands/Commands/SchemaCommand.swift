import ArgumentParser
import Gateway

/// `sluice schema`: what editors and validators have to know about the configuration.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of the configuration, all filters included."
    )

    func run() throws {
        Output.print(GatewayCommandLine.registry.schema)
    }
}
