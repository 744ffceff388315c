import Foundation
import TestSupport
import Testing

@Suite("key-rate-limit over a socket")
struct KeyRateLimitSocketTests {
    @Test("all workers together let exactly the number pass", arguments: ["limit_by_header", "limit_by_per_header"])
    func workers(_ by: String) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let key = by == "limit_by_header" ? "a" : "*"
        let filters = """
            filters:
              - filter: key-rate-limit
                config: { \(by): x-k, limit_keys: [{ key: "\(key)", query_per_day: 100 }] }
            """
        try await GatewayFixture.run(proxying(to: upstream, extra: filters), workers: 4) { gateway in
            let seen = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<16 {
                    group.addTask { try await statuses(gateway.port, count: 20, "x-k: a\r\n") }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(seen.count { $0 == 200 } == 100 && seen.count { $0 == 429 } == 220)
            let free = try await get(gateway.port)
            #expect(free.hasPrefix("HTTP/1.1 200 "))
            let refused = try await get(gateway.port, "/", "x-k: a\r\n")
            #expect(refused.contains("\r\nretry-after: 86") && refused.hasSuffix("\r\n\r\nToo many requests"))
        }
        #expect(upstream.requests.count == 101)
        await upstream.stop()
    }

    @Test("a client's address is that of its connection, whatever it says")
    func addresses() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        for source in ["from-remote-addr", "from-header-x-forwarded-for"] {
            let filters = """
                filters:
                  - filter: key-rate-limit
                    config: { limit_by_per_ip: \(source), limit_keys: [{ key: 127.0.0.0/8, query_per_day: 2 }] }
                """
            try await GatewayFixture.run(proxying(to: upstream, extra: filters)) { gateway in
                for (number, status) in [200, 200, 429].enumerated() {
                    let answer = try await get(gateway.port, "/", "X-Forwarded-For: 127.0.0.\(number + 10)\r\n")
                    #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(source) \(number)")
                }
            }
        }
        await upstream.stop()
    }

    @Test("behind a trusted proxy it is the one that the proxy tells, not the first that anybody wrote")
    func proxiedAddresses() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let extra = """
            trustedProxies: [127.0.0.0/8]
            filters:
              - filter: key-rate-limit
                config:
                  limit_by_per_ip: from-header-x-forwarded-for
                  limit_keys: [{ key: 0.0.0.0/0, query_per_day: 2 }]
            """
        try await GatewayFixture.run(proxying(to: upstream, extra: extra)) { gateway in
            for (number, status) in [200, 200, 429, 429].enumerated() {
                let answer = try await get(gateway.port, "/", "X-Forwarded-For: 10.0.0.\(number), 192.0.2.9\r\n")
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(number)")
            }
            let other = try await get(gateway.port, "/", "X-Forwarded-For: 10.0.0.1, 192.0.2.10\r\n")
            #expect(other.hasPrefix("HTTP/1.1 200 "))
        }
        await upstream.stop()
    }

    @Test("a key that key-auth takes is counted behind any other one")
    func severalKeys() async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "ok") }
        let filters = """
            filters:
              - filter: key-auth
                config: { keys: [x-api-key], consumers: [{ name: alice, credential: key-a }] }
              - filter: key-rate-limit
                config: { limit_by_header: x-api-key, limit_keys: [{ key: key-a, query_per_day: 1 }] }
            """
        try await GatewayFixture.run(proxying(to: upstream, extra: filters)) { gateway in
            for (fields, status) in [
                ("x-api-key: junk\r\nx-api-key: key-a\r\n", 200), ("x-api-key: junk\r\nx-api-key: key-a\r\n", 429),
                ("x-api-key:\r\nx-api-key: key-a\r\n", 429),
            ] {
                let answer = try await get(gateway.port, "/", fields)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(fields)")
            }
        }
        await upstream.stop()
    }
}

/// The statuses of so many GET requests, one after the other, each on a connection of its own.
func statuses(_ port: Int, count: Int, _ fields: String) async throws -> [Int] {
    var statuses: [Int] = []
    for _ in 0..<count {
        let answer = try await get(port, "/", fields)
        statuses.append(Int(answer.split(separator: " ").dropFirst().first ?? "") ?? 0)
    }
    return statuses
}
