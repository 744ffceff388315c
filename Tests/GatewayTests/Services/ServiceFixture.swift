import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

/// An upstream whose answers a test changes while it runs. It keeps no connections, so that all see the change.
final class ChangingUpstream: Sendable {
    private let status = Mutex(200)
    private let isHeld = Mutex(false)
    private let running = Mutex<ScriptedUpstream?>(nil)
    private let stopped = Mutex(0)
    let port: Int
    let name: String

    private init(name: String, port: Int) {
        self.name = name
        self.port = port
    }

    static func start(_ name: String) async throws -> ChangingUpstream {
        let upstream = ChangingUpstream(name: name, port: try FreePort.find())
        try await upstream.revive()
        return upstream
    }

    /// Three upstreams, and what is done with them.
    static func three(_ body: ([ChangingUpstream]) async throws -> Void) async throws {
        var all: [ChangingUpstream] = []
        for name in ["a", "b", "c"] { all.append(try await ChangingUpstream.start(name)) }
        do {
            try await body(all)
        } catch {
            for upstream in all { await upstream.kill() }
            throw error
        }
        for upstream in all { await upstream.kill() }
    }

    var endpoint: String { "127.0.0.1:\(self.port)" }

    /// Requests that came, checks not counted.
    var count: Int { self.stopped.withLock { $0 } + self.served }

    private var served: Int {
        self.running.withLock { $0 }?.requests.count { $0.uri != "/healthy" } ?? 0
    }

    func answer(_ status: Int) { self.status.withLock { $0 = status } }

    /// Requests wait until this is taken back.
    func hold(_ isHeld: Bool) { self.isHeld.withLock { $0 = isHeld } }

    func kill() async {
        let served = self.served
        self.stopped.withLock { $0 += served }
        let running = self.running.withLock { running in
            defer { running = nil }
            return running
        }
        await running?.stop()
    }

    func revive() async throws {
        let upstream = try await ScriptedUpstream.start(port: self.port) { [self] _ in
            _ = await eventually(within: 600) { self.isHeld.withLock { !$0 } }
            let status = self.status.withLock { $0 }
            return .init(status: status, headers: ["connection": "close"], body: self.name)
        }
        self.running.withLock { $0 = upstream }
    }
}

/// What a gateway in front of upstreams answers.
struct BalancedGateway {
    let gateway: GatewayFixture

    /// Runs `body` with a gateway before `upstreams`; `keys` are those of the service, in flow style.
    static func run(
        _ upstreams: [ChangingUpstream],
        _ keys: String,
        route: String = "",
        workers: Int = 1,
        trustedProxies: [String] = [],
        _ body: (BalancedGateway) async throws -> Void
    ) async throws {
        let configuration = """
            admin: { address: "127.0.0.1:0" }
            trustedProxies: \(trustedProxies)
            listeners:
              - { name: http, address: "127.0.0.1:0" }
            services:
              - { name: up, type: static, domain: [\(upstreams.map { "\"\($0.endpoint)\"" }.joined(separator: ", "))], \(keys) }
            routes:
              - { name: all, service: up.static\(route) }
            """
        try await GatewayFixture.run(configuration, workers: workers) { try await body(BalancedGateway(gateway: $0)) }
    }

    /// Sends requests one after the other; answers how often each status came.
    func ask(_ count: Int, path: String = "/", fields: String = "") async throws -> [Int: Int] {
        var statuses: [Int: Int] = [:]
        for _ in 0..<count {
            statuses[try await self.answer(path, fields: fields).status, default: 0] += 1
        }
        return statuses
    }

    /// Sends requests one after the other, and expects each status as often as said.
    func expect(
        _ statuses: [Int: Int],
        of count: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await self.ask(count)
        #expect(found == statuses, sourceLocation: sourceLocation)
    }

    func answer(_ path: String = "/", fields: String = "") async throws -> ReceivedAnswer {
        try await ReceivedAnswer.of(
            self.gateway.port,
            "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(fields)\r\n"
        )
    }

    /// Waits until the endpoints are healthy, or not, as said.
    func expectHealth(
        _ isHealthy: [Bool],
        of upstreams: [ChangingUpstream],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let comes = try await eventually {
            let endpoints = try await self.endpoints()
            return upstreams.map { endpoints[$0.endpoint]?["healthy"] as? Bool } == isHealthy.map { Optional($0) }
        }
        #expect(comes, sourceLocation: sourceLocation)
    }

    /// What `/services` says of the endpoints, by address.
    func endpoints() async throws -> [String: [String: Any]] {
        let answer = try await self.admin("/services")
        let services = try #require(answer.object["services"] as? [[String: Any]])
        let endpoints = try #require(services.first?["endpoints"] as? [[String: Any]])
        return Dictionary(
            endpoints.map { ($0["address"] as? String ?? "", $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func admin(_ path: String) async throws -> ReceivedAnswer {
        try await ReceivedAnswer.of(
            self.gateway.adminPort(),
            "GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
        )
    }
}
