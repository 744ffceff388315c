import BundledFilters
import FilterAPI
import Foundation
import Gateway
import NIOCore
import TestSupport
import Testing

/// A gateway in the test's process whose configuration is a file that the test changes.
struct ReloadFixture {
    let server: GatewayServer
    let path: String
    let log: CapturedLog

    /// Runs `body` with a gateway that has read that text from a file; nothing may be alive after.
    static func run(
        _ configuration: String,
        filters: [any Filter.Type] = [],
        workers: Int = 1,
        _ body: (ReloadFixture) async throws -> Void
    ) async throws {
        let log = CapturedLog()
        let path = try Sluice.file(configuration)
        let server = try await self.start(path, FilterRegistry(bundledFilters + filters), log, workers)
        do {
            try await body(ReloadFixture(server: server, path: path, log: log))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Apart, so that nobody but the server holds the first configuration.
    private static func start(
        _ path: String,
        _ registry: FilterRegistry,
        _ log: CapturedLog,
        _ workers: Int
    ) async throws -> GatewayServer {
        let surroundings = GatewayPlan.Surroundings(logger: log.logger)
        let (plan, issues) = GatewayPlan.load(path: path, registry: registry, surroundings: surroundings)
        let built = try #require(plan, "\(issues.map(\.description).joined(separator: "\n"))")
        return try await GatewayServer.start(built, surroundings: surroundings, workers: workers)
    }

    /// The port of a listener; of the first one without a name.
    func port(_ name: String? = nil) throws -> Int {
        let found = self.server.addresses.first { name == nil || $0.name == name }
        return try #require(found?.address.port)
    }

    /// Replaces the file at once, as editors do.
    func write(_ configuration: String) throws {
        try configuration.write(toFile: self.path, atomically: true, encoding: .utf8)
    }

    /// Replaces the file and has it read.
    @discardableResult
    func reload(_ configuration: String) async throws -> ReloadOutcome {
        try self.write(configuration)
        return await self.server.reload()
    }

    /// Replaces the file, and expects it to be in force then.
    func apply(_ configuration: String) async throws {
        let outcome = try await self.reload(configuration)
        try #require(outcome.result == .applied, "\(outcome.issues)")
    }

    /// A whole answer on a connection of its own.
    func get(_ path: String, fields: String = "", port: Int? = nil) async throws -> ReceivedAnswer {
        let port = try port ?? self.port()
        let fields = "Host: h\r\nConnection: close\r\n\(fields)"
        return try await ReceivedAnswer.of(port, "GET \(path) HTTP/1.1\r\n\(fields)\r\n")
    }
}

/// Configurations that tests change.
enum ReloadText {
    /// One route that answers everything.
    static func answering(_ body: String, more: String = "") -> String {
        """
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        routes: [{ name: r, response: { status: 200, body: "\(body)" } }]
        \(more)
        """
    }

    /// One route to one service.
    static func proxying(_ endpoint: String, service: String = "", route: String = "", more: String = "") -> String {
        """
        listeners: [{ name: http, address: "127.0.0.1:0" }]
        services: [{ name: up, type: static, domain: "\(endpoint)"\(service) }]
        routes: [{ name: r, service: up.static\(route) }]
        \(more)
        """
    }
}
