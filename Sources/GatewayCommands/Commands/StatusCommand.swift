import ArgumentParser
import Foundation
import Gateway

/// `sluice status`: what a running gateway does.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows what a running gateway does.",
        discussion: "Asks its admin listener twice for the rates. The token may also be in SLUICE_ADMIN_TOKEN."
    )

    @Option(help: "The admin listener, such as http://127.0.0.1:9901.")
    var admin = "http://127.0.0.1:9901"

    @Option(help: "The admin listener's token.")
    var token: String?

    @Option(help: "Seconds between the two looks; 0 takes one, and rates are averages since the start.")
    var interval = 1.0

    @Flag(help: "Print the JSON of one look.")
    var json = false

    func validate() throws {
        if !(0...3600).contains(self.interval) { throw ValidationError("--interval takes 0 to 3600.") }
        if AdminClient.Address(self.admin) == nil {
            throw ValidationError("--admin takes a URL such as http://127.0.0.1:9901.")
        }
    }

    func run() async throws {
        guard let address = AdminClient.Address(self.admin) else { throw ExitCode(64) }
        let token = self.token ?? ProcessInfo.processInfo.environment["SLUICE_ADMIN_TOKEN"]
        let client = AdminClient(address, token: token)
        do {
            let first = try await client.get("/status")
            guard !self.json else { return Output.print(String(decoding: first, as: UTF8.self), terminator: "") }
            let before = try GatewayStatus(json: first)
            guard self.interval > 0 else { return Output.print(StatusReport(StatusRates(before), before).text) }
            try await Task.sleep(for: .seconds(self.interval))
            let now = try GatewayStatus(json: try await client.get("/status"))
            Output.print(StatusReport(StatusRates(now, since: before), now).text)
        } catch {
            Output.error("sluice: \(self.admin): \(error)")
            throw ExitCode(70)
        }
    }
}
