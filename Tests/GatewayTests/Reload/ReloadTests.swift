import FilterAPI
import Foundation
import Gateway
import TestSupport
import Testing

@Suite("Reload", .timeLimit(.minutes(15)))
struct ReloadTests {
    private let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test("refuses a bad configuration as a whole, with all errors and their places")
    func refusal() async throws {
        try await ReloadFixture.run(ReloadText.answering("one")) { gateway in
            let bad = """
                listeners: [{ name: http, address: "127.0.0.1:0" }, { name: other, address: nowhere }]
                routes:
                  - { name: r, response: { status: 200, body: two } }
                  - { name: s, match: { path: { regex: "(" } }, service: none.static }
                filters: [{ filter: key-auth, config: { consumer: [] } }]
                """
            let outcome = try await gateway.reload(bad)
            #expect(outcome.result == .refused)
            #expect(outcome.errors.count >= 3, "\(outcome.errors)")
            #expect(Set(outcome.errors.map(\.position.line)).isSuperset(of: [1, 4, 5]), "\(outcome.errors)")
            #expect(outcome.errors.allSatisfy { $0.position.file == gateway.path && $0.position.column > 0 })
            #expect(try await gateway.get("/").body == "one")
            #expect(gateway.server.isReady)
            let lines = gateway.log.messages.filter { $0 == "configuration refused, the old one stays" }
            #expect(lines.count == outcome.errors.count)
        }
    }

    @Test("refuses a file that is gone")
    func missingFile() async throws {
        try await ReloadFixture.run(ReloadText.answering("one")) { gateway in
            try FileManager.default.removeItem(atPath: gateway.path)
            let outcome = await gateway.server.reload()
            #expect(outcome.result == .refused && outcome.errors.first?.message == "no such file")
            #expect(try await gateway.get("/").body == "one")
        }
    }

    @Test("keeps connections, which have the new routes with their next request")
    func keepAlive() async throws {
        try await ReloadFixture.run(ReloadText.answering("one")) { gateway in
            let client = try await RawClient.connect(port: try gateway.port())
            for body in ["one", "two", "three"] {
                if body != "one" { try await gateway.apply(ReloadText.answering(body)) }
                try await client.send(self.request)
                #expect(try await client.readResponse().hasSuffix("\r\n\r\n\(body)"))
                client.clear()
            }
            #expect(!client.isClosedByPeer)
            await client.close()
        }
    }

    @Test("says when nothing has changed")
    func unchanged() async throws {
        try await ReloadFixture.run(ReloadText.answering("one")) { gateway in
            let outcome = try await gateway.reload("# a comment\n" + ReloadText.answering("one"))
            #expect(outcome.result == .unchanged)
            #expect(outcome.hash.count == 64)
        }
    }

    @Test("lets a streamed answer end under the configuration that it began with")
    func streaming() async throws {
        let upstream = try await ManualUpstream.start()
        try await ReloadFixture.run(ReloadText.proxying(upstream.endpoint)) { gateway in
            let client = try await RawClient.connect(port: try gateway.port())
            try await client.send(self.request)
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            _ = try await client.read { $0.contains("first") }
            // Neither the service nor the route is there any more.
            try await gateway.apply(ReloadText.answering("new"))
            try await connection.send("4\r\nlast\r\n0\r\n\r\n")
            #expect(try await client.readResponse().contains("last"))
            client.clear()
            try await client.send(self.request)
            #expect(try await client.readResponse().hasSuffix("new"))
            #expect(await eventually { upstream.openConnectionCount == 0 }, "the old service's connection is closed")
            await client.close()
        }
        await upstream.stop()
    }

    @Test("keeps the connections of services that stay, and closes those of others", arguments: [true, false])
    func pools(_ isUnchanged: Bool) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "hello") }
        try await ReloadFixture.run(ReloadText.proxying(upstream.endpoint)) { gateway in
            #expect(try await gateway.get("/").body == "hello")
            let service = isUnchanged ? "" : ", idleTimeout: 7s"
            try await gateway.apply(
                ReloadText.proxying(upstream.endpoint, service: service, route: ", timeout: 7s")
            )
            #expect(try await gateway.get("/").body == "hello")
            #expect(upstream.connectionCount == (isUnchanged ? 1 : 2))
        }
        await upstream.stop()
    }

    @Test("reads the environment and secrets' files anew")
    func secretFile() async throws {
        let secret = try Sluice.file("alpha\n", named: "key")
        let more = """
            filters:
              - filter: key-auth
                config: { keys: [x-key], consumers: [{ name: a, credential: "${file:\(secret)}" }] }
            """
        try await ReloadFixture.run(ReloadText.answering("in", more: more)) { gateway in
            #expect(try await gateway.get("/", fields: "x-key: alpha\r\n").status == 200)
            try "beta".write(toFile: secret, atomically: true, encoding: .utf8)
            #expect(await gateway.server.reload().result == .applied)
            #expect(try await gateway.get("/", fields: "x-key: alpha\r\n").status == 401)
            #expect(try await gateway.get("/", fields: "x-key: beta\r\n").status == 200)
        }
    }

    @Test("keeps what the memory cache holds")
    func memoryCache() async throws {
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        func text(_ ttl: Int) -> String {
            ReloadText.proxying(
                model.endpoint,
                more: "filters: [{ filter: ai-cache, config: { cache: { type: memory, cacheTTL: \(ttl) } } }]"
            )
        }
        try await ReloadFixture.run(text(1000)) { gateway in
            let port = try gateway.port()
            _ = try await ChatQuestion(question: "q").ask(port)
            try await gateway.apply(text(2000))
            let second = try await ChatQuestion(question: "q").ask(port)
            #expect(second.cache == "hit")
            #expect(model.requests.count == 1)
        }
        await model.stop()
    }

    @Test("runs reloads that are asked for at once one after the other")
    func concurrent() async throws {
        try await ReloadFixture.run(ReloadText.answering("one")) { gateway in
            try gateway.write(ReloadText.answering("two"))
            let results = await withTaskGroup(of: ReloadOutcome.Result.self) { tasks in
                for _ in 0..<8 { tasks.addTask { await gateway.server.reload().result } }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(results.count { $0 == .applied } == 1 && results.count { $0 == .unchanged } == 7, "\(results)")
            #expect(try await gateway.get("/").body == "two")
        }
    }

    @Test("does not happen once the gateway drains, nor without a file")
    func impossible() async throws {
        try await ReloadFixture.run(ReloadText.answering("one")) { gateway in
            await gateway.server.drain()
            #expect(await gateway.server.reload().errors.first?.message == "the gateway drains")
        }
        try await GatewayFixture.run(ReloadText.answering("one")) { gateway in
            #expect(!gateway.server.canReload)
            #expect(await gateway.server.reload().result == .refused)
        }
    }

    @Test("is seen by clients of HTTP/2 on the connection that they have")
    func http2() async throws {
        try await ReloadFixture.run(ReloadText.answering("one")) { gateway in
            let client = try await HTTP2Client.connect(port: try gateway.port())
            for (stream, body) in [(1, "one"), (3, "two"), (5, "three")] as [(UInt32, String)] {
                if body != "one" { try await gateway.apply(ReloadText.answering(body)) }
                try await client.send(.headers(stream, HTTP2Text.request(path: "/"), endsStream: true))
                let answer = try await client.response(stream)
                #expect(answer.status == "200" && answer.body == Array(body.utf8))
            }
            #expect(!client.frames.contains { $0.kind == HTTP2TestFrame.Kind.goAway })
            await client.close()
        }
    }

    @Test("keeps what is known of endpoints while the rules of a service are the same")
    func endpointHealth() async throws {
        try await ChangingUpstream.three { upstreams in
            let configuration = { (idle: String) in
                """
                admin: { address: "127.0.0.1:0" }
                listeners: [{ name: http, address: "127.0.0.1:0" }]
                services:
                  - name: up
                    type: static
                    domain: [\(upstreams.map { "\"\($0.endpoint)\"" }.joined(separator: ", "))]
                    idleTimeout: \(idle)
                    healthCheck: { path: /healthy, interval: 100ms, timeout: 60s, unhealthyThreshold: 2, healthyThreshold: 2 }
                    outlierDetection: { consecutiveFailures: 1, ejectionTime: 1h, maxEjectedPercent: 50 }
                routes: [{ name: all, service: up.static }]
                """
            }
            try await ReloadFixture.run(configuration("60s")) { fixture in
                let gateway = BalancedGateway(
                    gateway: GatewayFixture(server: fixture.server, port: try fixture.port("http"), log: fixture.log)
                )
                upstreams[0].answer(500)
                try await gateway.expectHealth([false, true, true], of: upstreams)
                try await fixture.apply(configuration("59s"))
                try await gateway.expect([200: 20], of: 20)
                upstreams[0].answer(200)
                // Its record goes on too: passed checks bring it back.
                try await gateway.expectHealth([true, true, true], of: upstreams)
            }
        }
    }
}
