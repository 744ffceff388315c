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
            let port = try freePort()
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

    /// A port that nobody listened on a moment ago.
    private static func freePort() throws -> Int {
        #if canImport(Darwin)
            let type = SOCK_STREAM
        #else
            let type = Int32(SOCK_STREAM.rawValue)
        #endif
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { throw Failure(description: "no socket: errno \(errno)") }
        defer { _ = close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
            }
        }
        guard result == 0 else { throw Failure(description: "no free port: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
