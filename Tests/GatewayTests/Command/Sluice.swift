import Foundation
import TestSupport
import Testing

/// The program as a user runs it.
enum Sluice {
    /// Runs a command to its end.
    static func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) async throws
        -> ChildProcess.Outcome
    {
        try await ChildProcess.run(try Tools.sluice(), arguments, environment: environment, input: input)
    }

    /// Writes a file with that text and returns its path.
    static func file(_ text: String, named name: String = "gateway.yaml") throws -> String {
        let path = try TemporaryDirectories.shared.make().appendingPathComponent(name).path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// Starts `sluice run`, and waits until its listener is open, and the operators' one if there is one.
    static func serve(_ configuration: String) async throws -> Serving {
        let path = try self.file(configuration)
        let process = try ChildProcess.start(try Tools.sluice(), ["run", path, "--workers", "1"])
        let names = configuration.contains("admin:") ? ["http", "admin"] : ["http"]
        try await process.wait { running in names.allSatisfy { port(in: running.errors, of: $0) != nil } }
        return Serving(process: process, port: try #require(port(in: process.errors, of: "http")))
    }

    /// A running gateway.
    struct Serving {
        let process: ChildProcess
        let port: Int
        var adminPort: Int? { Sluice.port(in: self.process.errors, of: "admin") }
    }

    /// The port that the log says a listener is bound to.
    static func port(in log: String, of listener: String) -> Int? {
        // What follows the last line break is still being written.
        for line in log.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        where line.contains("listening") && line.contains("listener=\(listener)") {
            if let match = line.firstMatch(of: /address=127\.0\.0\.1:(\d+)/) { return Int(match.1) }
        }
        return nil
    }
}
