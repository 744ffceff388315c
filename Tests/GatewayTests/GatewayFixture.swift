import BundledFilters
import FilterAPI
import Foundation
import Gateway
import Logging
import NIOCore
import TestSupport
import Testing

/// A gateway that runs in the test's process on free ports.
struct GatewayFixture {
    let server: GatewayServer
    let port: Int
    let log: CapturedLog

    private static let slots = Slots(8)

    /// Runs `body` with a gateway of that configuration, and stops it after; nothing may be alive then.
    ///
    /// - Parameters:
    ///   - configuration: YAML; listeners should bind `127.0.0.1:0`.
    ///   - filters: Filters beside the bundled ones.
    ///   - certificateInterval: How often files of certificates are looked at.
    ///   - residentMemory: What the gateway reads as the memory of its process; default the real one.
    static func run(
        _ configuration: String,
        filters: [any Filter.Type] = [],
        workers: Int = 1,
        certificateInterval: Duration = .seconds(3),
        residentMemory: (@Sendable () -> Int?)? = nil,
        _ body: (GatewayFixture) async throws -> Void
    ) async throws {
        try await self.slots.withSlot {
            try await self.runNow(
                configuration,
                filters: filters,
                workers: workers,
                certificateInterval: certificateInterval,
                residentMemory: residentMemory,
                body
            )
        }
    }

    private static func runNow(
        _ configuration: String,
        filters: [any Filter.Type],
        workers: Int,
        certificateInterval: Duration,
        residentMemory: (@Sendable () -> Int?)?,
        _ body: (GatewayFixture) async throws -> Void
    ) async throws {
        let log = CapturedLog()
        let surroundings = GatewayPlan.Surroundings(logger: log.logger)
        let (plan, issues) = GatewayPlan.load(
            text: configuration,
            file: "test.yaml",
            registry: FilterRegistry(bundledFilters + filters),
            surroundings: surroundings
        )
        let built = try #require(plan, "\(issues.map(\.description).joined(separator: "\n"))")
        let server = try await GatewayServer.start(
            built,
            surroundings: surroundings,
            workers: workers,
            certificateInterval: certificateInterval,
            residentMemory: residentMemory ?? SystemMemory.resident
        )
        let port = try #require(server.addresses.first?.address.port)
        do {
            try await body(GatewayFixture(server: server, port: port, log: log))
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// The port of the operators' listener, when the configuration has one.
    func adminPort() throws -> Int { try #require(self.server.adminAddress?.port) }

    /// Waits until nothing is alive in the gateway but idle connections; fails when something stays.
    func expectNothingAlive() async throws {
        var counts = await self.server.liveCounts()
        _ = await eventually {
            counts = await self.server.liveCounts()
            return counts.streams + counts.operations + counts.detached == 0
        }
        #expect(counts.streams == 0 && counts.operations == 0 && counts.detached == 0, "\(counts)")
    }
}

/// The program's log of a gateway under test.
final class CapturedLog: Sendable {
    private let lines = Lines()

    /// The messages so far.
    var messages: [String] { self.lines.all.map(\.message) }
    /// Those of them that are warnings.
    var warnings: [String] { self.lines.all.filter { $0.level == .warning }.map(\.message) }

    var logger: Logger {
        let lines = self.lines
        var logger = Logger(label: "test") { _ in CapturingHandler(lines: lines) }
        logger.logLevel = .debug
        return logger
    }
}

private final class Lines: @unchecked Sendable {
    private let lock = NSLock()
    private var lines: [(level: Logger.Level, message: String)] = []

    var all: [(level: Logger.Level, message: String)] { self.lock.withLock { self.lines } }

    func append(_ level: Logger.Level, _ message: String) {
        self.lock.withLock { self.lines.append((level, message)) }
    }
}

private struct CapturingHandler: LogHandler {
    let lines: Lines
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        self.lines.append(event.level, "\(event.message)")
    }
}
