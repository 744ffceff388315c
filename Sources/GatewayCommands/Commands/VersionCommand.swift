import ArgumentParser

/// `sluice version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the version.")

    func run() {
        Output.print(GatewayVersion.text)
    }
}
