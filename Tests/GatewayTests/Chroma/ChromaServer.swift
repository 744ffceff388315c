import Foundation
import TestSupport

/// A real Chroma server on a free port, with nothing in it. It ends with the last reference to it.
final class ChromaServer: Sendable {
    private static let database = "/api/v2/tenants/default_tenant/databases/default_database/collections"

    let port: Int
    private let process: ChildProcess

    private init(port: Int, process: ChildProcess) {
        self.port = port
        self.process = process
    }

    /// Starts a server and waits until it answers.
    static func start() async throws -> ChromaServer {
        let port = try FreePort.find()
        let directory = try TemporaryDirectories.shared.make()
        let process = try ChildProcess.start(
            Tools.chroma(),
            ["run", "--path", directory.path, "--host", "127.0.0.1", "--port", "\(port)"],
            environment: ["ANONYMIZED_TELEMETRY": "False"]
        )
        try await process.wait { $0.output.contains("listening on address") }
        return ChromaServer(port: port, process: process)
    }

    /// Ends the server as `kill -9` does, and waits until it has ended.
    func kill() async throws {
        self.process.signal(9)
        _ = try await self.process.exit()
    }

    /// Makes a collection that compares by cosine, and gives its id.
    func collection(_ name: String) async throws -> String {
        let body = #"{"name":"\#(name)","configuration":{"hnsw":{"space":"cosine"}}}"#
        let answer = try await self.send("POST", "", body)
        guard let id = answer.object["id"] as? String else {
            throw Tools.Missing(description: "Chroma made no collection: \(answer.body)")
        }
        return id
    }

    /// How many entries a collection has.
    func count(of collection: String) async throws -> Int? {
        Int(try await self.send("GET", "/\(collection)/count", "").body)
    }

    /// Sends a request about collections.
    func send(_ method: String, _ path: String, _ body: String) async throws -> ReceivedAnswer {
        try await .of(
            self.port,
            "\(method) \(Self.database)\(path) HTTP/1.1\r\nHost: chroma\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }
}
