import Foundation
import NIOCore
import TestSupport
import Testing

@Suite("A request is tried again")
struct RetryTests {
    @Test("after an answer that a condition names, and the client sees only the last one", arguments: ["503", "5xx"])
    func status(_ condition: String) async throws {
        let tally = Tally()
        let upstream = try await ScriptedUpstream.start { request in
            tally.next() < 2 ? .init(status: 503, body: "busy") : .init(body: request.body)
        }
        let log = try AccessLogFile()
        let route = "service: up.static\nretry: { attempts: 2, retryOn: [\(condition)] }"
        try await GatewayFixture.run(
            routing([("up", [upstream.endpoint])], route: route, extra: log.filters)
        ) { gateway in
            let answer = try await ReceivedAnswer.of(
                gateway.port,
                "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
            )
            #expect(answer.status == 200 && answer.body == "hello")
            let line = try await log.lines(1)
            #expect(line.first?.code == 200)
            #expect(line.first?.flags?.contains("URX") != true)
            try await gateway.expectNothingAlive()
        }
        #expect(upstream.requests.map(\.body) == ["hello", "hello", "hello"])
        await upstream.stop()
    }

    @Test("until all tries are made: the last answer is given, and the access log says URX")
    func exhausted() async throws {
        let tally = Tally()
        let upstream = try await ScriptedUpstream.start { _ in .init(status: 503, body: "busy \(tally.next())") }
        let log = try AccessLogFile()
        let route = "service: up.static\nretry: { attempts: 2, retryOn: [503] }"
        try await GatewayFixture.run(
            routing([("up", [upstream.endpoint])], route: route, extra: log.filters)
        ) { gateway in
            let answer = try await get(gateway.port)
            #expect(answer.hasPrefix("HTTP/1.1 503") && answer.hasSuffix("busy 2"))
            #expect(try await log.lines(1).first?.flags == "URX")
        }
        #expect(upstream.requests.count == 3)
        await upstream.stop()
    }

    @Test("at another endpoint after a connection that broke before its answer")
    func reset() async throws {
        let breaking = try await RawUpstream.start(answer: "")
        let upstream = try await ScriptedUpstream.start { _ in .init(body: "well") }
        let route = "service: up.static\nretry: { attempts: 1, retryOn: [reset] }"
        let endpoints = ["127.0.0.1:\(breaking.port)", upstream.endpoint]
        try await GatewayFixture.run(routing([("up", endpoints)], route: route)) { gateway in
            for _ in 0..<6 {
                let answer = try await get(gateway.port)
                #expect(answer.hasSuffix("well"))
            }
        }
        #expect(upstream.requests.count == 6)
        await breaking.stop()
        await upstream.stop()
    }

    @Test("after a connection that could not be made, as often as said")
    func connectFailure() async throws {
        let refusing = try RefusingPort()
        let log = try AccessLogFile()
        let route = "service: up.static\nretry: { attempts: 2, retryOn: [connect-failure] }"
        let configuration = routing(
            [("up", ["127.0.0.1:\(refusing.port)"])],
            route: route,
            extra: "admin: { address: \"127.0.0.1:0\" }\n" + log.filters
        )
        try await GatewayFixture.run(configuration) { gateway in
            #expect(try await get(gateway.port).contains("upstream_connect_failure"))
            #expect(try await log.lines(1).first?.flags == "URX,UF")
            let metrics = try await get(try gateway.adminPort(), "/metrics")
            #expect(metrics.contains("sluice_upstream_requests_total{service=\"up.static\"} 3\n"))
            #expect(metrics.contains("sluice_upstream_retries_total{service=\"up.static\"} 2\n"))
        }
    }

    @Test("when a try has no answer in its time")
    func perTryTimeout() async throws {
        let tally = Tally()
        let gate = Gate()
        let upstream = try await ScriptedUpstream.start { _ in
            if tally.next() == 0 { await gate.wait() }
            return .init(body: "well")
        }
        let route = "service: up.static\nretry: { attempts: 1, retryOn: [5xx], perTryTimeout: 3s }"
        try await GatewayFixture.run(routing([("up", [upstream.endpoint])], route: route)) { gateway in
            #expect(try await get(gateway.port).hasSuffix("well"))
            try await gateway.expectNothingAlive()
        }
        #expect(upstream.requests.count == 2)
        gate.open()
        await upstream.stop()
    }

    @Test("not once the answer has begun")
    func notWithinAnswer() async throws {
        let upstream = try await RawUpstream.start(answer: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart")
        let log = try AccessLogFile()
        let route = "service: up.static\nretry: { attempts: 3, retryOn: [reset, 5xx, connect-failure] }"
        let configuration = routing(
            [("up", ["127.0.0.1:\(upstream.port)"])],
            route: route,
            extra: "admin: { address: \"127.0.0.1:0\" }\n" + log.filters
        )
        try await GatewayFixture.run(configuration) { gateway in
            let answer = try await get(gateway.port)
            #expect(answer.hasPrefix("HTTP/1.1 200") || answer.isEmpty)
            #expect(!answer.contains("503"))
            let metrics = try await get(try gateway.adminPort(), "/metrics")
            #expect(metrics.contains("sluice_upstream_requests_total{service=\"up.static\"} 1\n"))
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("not when the body is longer than streamBuffer, and with it when it fits", arguments: [1024, 1025])
    func bodyBound(_ length: Int) async throws {
        let upstream = try await ScriptedUpstream.start { _ in .init(status: 503, body: "busy") }
        let route = "service: up.static\nretry: { attempts: 1, retryOn: [503] }"
        let configuration = routing(
            [("up", [upstream.endpoint])],
            route: route,
            extra: "limits: { streamBuffer: 1KiB }"
        )
        try await GatewayFixture.run(configuration) { gateway in
            let body = String(repeating: "x", count: length)
            let answer = try await ReceivedAnswer.of(
                gateway.port,
                "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: \(length)\r\n\r\n\(body)"
            )
            #expect(answer.status == 503 && answer.body == "busy")
        }
        #expect(upstream.requests.map(\.body.utf8.count) == (length <= 1024 ? [length, length] : [length]))
        await upstream.stop()
    }

    @Test("not by more requests at a time than the budget has")
    func budget() async throws {
        let tally = Tally()
        let firsts = Gate()
        let retries = Gate()
        let upstream = try await ScriptedUpstream.start { _ in
            await (tally.next() < 40 ? firsts : retries).wait()
            return .init(status: 503, body: "busy")
        }
        let route = """
            service: up.static
            retry: { attempts: 3, retryOn: [503], budget: { percent: 10, minimum: 2 } }
            """
        try await GatewayFixture.run(routing([("up", [upstream.endpoint])], route: route)) { gateway in
            let port = gateway.port
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<40 { group.addTask { try await get(port) } }
                #expect(await eventually { firsts.waitingCount == 40 })
                firsts.open()
                // Those over the budget are answered while the retries are held.
                for _ in 0..<36 { #expect(try await group.next()?.hasPrefix("HTTP/1.1 503") == true) }
                #expect(await eventually { retries.waitingCount > 0 })
                #expect(retries.waitingCount <= 4)
                retries.open()
                for try await answer in group { #expect(answer.hasPrefix("HTTP/1.1 503")) }
            }
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("no more once the client has gone")
    func clientGone() async throws {
        let gate = Gate()
        let upstream = try await ScriptedUpstream.start { _ in
            await gate.wait()
            return .init(status: 503, body: "busy")
        }
        let route = "service: up.static\nretry: { attempts: 10, retryOn: [503], perTryTimeout: 1h }"
        try await GatewayFixture.run(routing([("up", [upstream.endpoint])], route: route)) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await eventually { gate.waitingCount == 1 })
            await client.close()
            try await gateway.expectNothingAlive()
            gate.open()
        }
        #expect(upstream.requests.count == 1)
        await upstream.stop()
    }
}
