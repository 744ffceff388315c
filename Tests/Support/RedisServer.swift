import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A real `redis-server` (or `valkey-server`) on a free port of the loopback interface, without persistence.
///
/// It ends with the last reference to it.
package final class RedisServer: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let port: Int
    private let executable: URL
    private let arguments: [String]
    private let running: Mutex<RedisServerProcess>

    private init(port: Int, executable: URL, arguments: [String], process: RedisServerProcess) {
        self.port = port
        self.executable = executable
        self.arguments = arguments
        running = Mutex(process)
    }

    deinit {
        running.withLock { $0.signal(SIGKILL) }
    }

    /// Starts a server, and waits until it accepts connections.
    ///
    /// - Parameter arguments: as on the server's command line, such as `["--requirepass", "secret"]`.
    package static func start(_ arguments: [String] = []) async throws -> RedisServer {
        let executable = try find()
        var failure = Failure(description: "redis-server did not start")
        // Another process may take the port between its choice and its use.
        for _ in 0..<5 {
            let port = try FreePort.find()
            do {
                let process = try await RedisServerProcess.start(executable, port: port, arguments)
                return RedisServer(port: port, executable: executable, arguments: arguments, process: process)
            } catch let error as Failure {
                failure = error
            }
        }
        throw failure
    }

    /// Ends the server as `kill -9` does, and waits until it has ended.
    package func kill() async {
        let process = running.withLock { $0 }
        process.signal(SIGKILL)
        await process.exited()
    }

    /// Starts the server again on its port, empty, after ``kill()``.
    package func restart() async throws {
        let process = try await RedisServerProcess.start(executable, port: port, arguments)
        running.withLock { $0 = process }
    }

    /// Stops the server in its tracks: its connections stay open, and nobody answers.
    package func suspend() {
        running.withLock { $0.signal(SIGSTOP) }
    }

    package func resume() {
        running.withLock { $0.signal(SIGCONT) }
    }
}

extension RedisServer {
    private static func find() throws -> URL {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        for name in ["redis-server", "valkey-server"] {
            for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return URL(fileURLWithPath: "\(folder)/\(name)")
            }
        }
        throw Failure(description: "neither redis-server nor valkey-server is in PATH; these tests need one of them")
    }
}
