import BundledFilters
import FilterAPI
import Gateway
import Logging
import NIOCore
import TestSupport
import Testing

/// A gateway in the test's process that clients reach over HTTP/2 in clear text.
struct HTTP2Fixture {
    let server: GatewayServer
    let port: Int

    /// Runs `body` with a gateway that answers `/ready` itself and hands everything else to an upstream; no stream may
    /// be alive after.
    static func run(
        upstream: String = "127.0.0.1:1",
        limits: String = "{}",
        route: String = "",
        listenerLimits: String = "{}",
        residentMemory: (@Sendable () -> Int?)? = nil,
        isStoppedByBody: Bool = false,
        _ body: (HTTP2Fixture) async throws -> Void
    ) async throws {
        let surroundings = GatewayPlan.Surroundings(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let (plan, issues) = GatewayPlan.load(
            text: """
                listeners: [{ name: http, address: "127.0.0.1:0", limits: \(listenerLimits) }]
                services: [{ name: up, type: static, domain: "\(upstream)" }]
                limits: \(limits)
                routes:
                \(HTTP2ConformanceCase.routes.replacing("up.static }", with: "up.static\(route) }"))
                """,
            file: "test.yaml",
            registry: FilterRegistry(bundledFilters),
            surroundings: surroundings
        )
        let built = try #require(plan, "\(issues.map(\.description).joined(separator: "\n"))")
        let server = try await GatewayServer.start(
            built,
            surroundings: surroundings,
            workers: 1,
            certificateInterval: .seconds(3),
            residentMemory: residentMemory ?? SystemMemory.resident
        )
        do {
            let port = try #require(server.addresses.first?.address.port)
            let fixture = HTTP2Fixture(server: server, port: port)
            try await body(fixture)
            guard !isStoppedByBody else { return }
            let isQuiet = await eventually { await server.liveCounts().streams == 0 }
            #expect(isQuiet, "streams stay alive")
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Whether a new connection is served. A gateway that has nothing else to do needs milliseconds; the rest of the 30 s are
    /// for machines that are slow, or stand still for a while.
    func answers() async throws -> Bool {
        let client = try await HTTP2Client.connect(port: self.port)
        try await client.send(.headers(1, HTTP2Text.request(path: "/ready"), endsStream: true))
        let status = try await client.response(1, within: 30).status
        await client.close()
        return status == "200"
    }
}
