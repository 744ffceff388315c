import Foundation
import TestSupport
import Testing

/// Looks into a Redis server and puts things there, past the gateway.
struct RedisProbe {
    private let client: RawClient

    static func connect(_ server: RedisServer, login: [String] = [], database: Int = 0) async throws -> RedisProbe {
        let probe = RedisProbe(client: try await RawClient.connect(port: server.port))
        if !login.isEmpty { #expect(try await probe.send(["AUTH"] + login) == "+OK") }
        if database != 0 { #expect(try await probe.send(["SELECT", "\(database)"]) == "+OK") }
        return probe
    }

    func value(of key: String) async throws -> String? {
        let reply = try await self.send(["GET", key])
        guard reply.hasPrefix("$"), reply != "$-1", let lineEnd = reply.range(of: "\r\n") else { return nil }
        return String(reply[lineEnd.upperBound...])
    }

    func set(_ key: String, _ value: String) async throws {
        #expect(try await self.send(["SET", key, value]) == "+OK")
    }

    func keys() async throws -> [String] {
        let lines = try await self.send(["KEYS", "*"]).components(separatedBy: "\r\n").dropFirst()
        return lines.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    }

    /// Milliseconds until the key is gone; -1 for never, -2 for no key.
    func timeToLive(of key: String) async throws -> Int {
        try #require(Int(try await self.send(["PTTL", key]).dropFirst()))
    }

    func close() async { await self.client.close() }

    /// Sends a command and returns the reply without its last line break.
    @discardableResult
    func send(_ words: [String]) async throws -> String {
        self.client.clear()
        let command = words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
        // What follows marks the end of the reply.
        try await self.client.send("*\(words.count)\r\n\(command)*2\r\n$4\r\nECHO\r\n$8\r\n--mark--\r\n")
        let mark = "\r\n$8\r\n--mark--\r\n"
        let text = try await self.client.read { $0.hasSuffix(mark) }
        return String(decoding: text.utf8.dropLast(mark.utf8.count), as: UTF8.self)
    }
}
