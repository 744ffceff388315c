import Foundation
import Glibc
import TestSupport

/// Clients that others wrote, run as programs.
enum CommandLineClient {
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs `openssl s_client` against a port of this machine: sends `request`, if any, and waits until the other end
    /// closes; without a request it ends after the handshake.
    static func openssl(_ port: Int, _ arguments: [String] = [], request: String? = nil) async throws -> String {
        let fixed = ["openssl", "s_client", "-connect", "127.0.0.1:\(port)"] + (request == nil ? [] : ["-ign_eof"])
        let outcome = try await self.run(fixed + arguments, input: request ?? "")
        return outcome.output + outcome.errors
    }

    /// Runs `curl` for `https://HOST/` with the host's address set to a port of this machine.
    static func curl(_ host: String, _ port: Int, _ arguments: [String]) async throws -> Outcome {
        let fixed = ["curl", "-sS", "--noproxy", "*", "--connect-to", "\(host):443:127.0.0.1:\(port)"]
        return try await self.run(fixed + arguments + ["https://\(host)/"], input: "")
    }

    /// Runs a program whose input and output are files, so that nothing depends on who else holds an end of a pipe.
    private static func run(_ command: [String], input: String) async throws -> Outcome {
        let directory = try TemporaryDirectories.shared.make()
        func path(_ name: String) -> String { directory.appendingPathComponent(name).path }
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: directory.appendingPathComponent(name)), as: UTF8.self)
        }
        try input.write(toFile: path("input"), atomically: true, encoding: .utf8)
        let script = #"cd "$0" && exec "$@" < input > output 2> errors"#
        let process = try self.spawn(["/bin/sh", "-c", script, directory.path] + command)
        var status: Int32 = 0
        guard await eventually({ waitpid(process, &status, WNOHANG) == process }) else {
            kill(process, SIGKILL)
            waitpid(process, &status, 0)
            throw StillRunning(command: command, output: try text("output"), errors: try text("errors"))
        }
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
        return Outcome(status: code, output: try text("output"), errors: try text("errors"))
    }

    private static func spawn(_ command: [String]) throws -> pid_t {
        let arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, command[0], nil, nil, arguments, environ)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
        return process
    }

    struct StillRunning: Error {
        let command: [String]
        let output: String
        let errors: String
    }
}
