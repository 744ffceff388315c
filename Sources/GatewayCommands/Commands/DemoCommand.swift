import ArgumentParser
import Gateway
import Logging
import NIOCore

/// `sluice demo`: a scripted model, the gateway in front of it, and the requests to try.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Starts a scripted model behind a caching gateway and prints requests to try.",
        discussion: "Nothing else is needed: answers are kept in memory, and no provider is asked."
    )

    @Option(help: "The gateway's port on 127.0.0.1; 0 lets the system choose one.")
    var port = 8080

    func validate() throws {
        guard (0...65535).contains(self.port) else { throw ValidationError("--port takes 0 to 65535.") }
    }

    func run() async throws {
        let surroundings = GatewayPlan.Surroundings(logger: Output.logger(level: .info))
        let signals = ProcessSignals()
        let upstream: ScriptedUpstream
        let server: GatewayServer
        do {
            upstream = try await ScriptedUpstream.start()
            server = try await GatewayServer.start(try self.plan(upstream, surroundings), surroundings: surroundings)
        } catch let exit as ExitCode {
            throw exit
        } catch {
            Output.error("sluice: \(error)")
            throw ExitCode(70)
        }
        if let gateway = server.addresses.first?.address {
            Output.print(DemoGuide(gateway: gateway.hostAndPort, upstream: upstream.address.hostAndPort).text)
        }
        await signals.serve(server, surroundings)
        await upstream.stop()
    }

    private func plan(
        _ upstream: ScriptedUpstream,
        _ surroundings: GatewayPlan.Surroundings
    ) throws -> GatewayPlan {
        let (plan, issues) = GatewayPlan.load(
            text: DemoConfiguration.text(port: self.port, upstreamPort: upstream.address.port ?? 0),
            file: "demo.yaml",
            registry: GatewayCommandLine.registry,
            surroundings: surroundings
        )
        for issue in issues { Output.error("\(issue)") }
        guard let plan else { throw ExitCode(1) }
        return plan
    }
}

extension SocketAddress {
    fileprivate var hostAndPort: String { "\(self.ipAddress ?? "127.0.0.1"):\(self.port ?? 0)" }
}
