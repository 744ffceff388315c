import Foundation
import TestSupport
import Testing

@Suite("A request is tried again while it streams")
struct RetryStreamingTests {
    @Test("with the part of the body that has come, and then with the rest")
    func withinTheBody() async throws {
        let upstream = try await ManualUpstream.start()
        let configuration = routing(
            [("up", [upstream.endpoint])],
            route: "service: up.static\nretry: { attempts: 1, retryOn: [503] }"
        )
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nhalf")
            let first = try await upstream.accept()
            try await first.read { $0.hasSuffix("\r\n\r\nhalf") }
            try await first.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
            let second = try await upstream.accept()
            try await second.read { $0.hasSuffix("\r\n\r\nhalf") }
            try await client.send("rest")
            try await second.read { $0.hasSuffix("\r\n\r\nhalfrest") }
            try await second.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell")
            let answer = try await client.read { $0.hasSuffix("well") }
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            await client.close()
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }

    @Test("but not after an informational answer went to the client")
    func afterInformational() async throws {
        let upstream = try await ManualUpstream.start()
        let configuration = routing(
            [("up", [upstream.endpoint])],
            route: "service: up.static\nretry: { attempts: 1, retryOn: [503] }"
        )
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let connection = try await upstream.accept()
            try await connection.readHead()
            try await connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            _ = try await client.read { $0.contains("HTTP/1.1 103") }
            try await connection.send("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy")
            let answer = try await client.read { $0.hasSuffix("busy") }
            #expect(answer.contains("HTTP/1.1 503"))
            await client.close()
        }
        #expect(upstream.connectionCount == 1)
        await upstream.stop()
    }

    @Test("as a stream of an HTTP/2 connection, after a status and after a reset")
    func http2() async throws {
        let upstream = try await FrameUpstream.start()
        let configuration = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "\(upstream.endpoint)", protocol: http2 }]
            routes: [{ name: all, service: up.static, retry: { attempts: 2, retryOn: [503, reset] } }]
            """
        try await GatewayFixture.run(configuration) { gateway in
            let client = try await RawClient.connect(port: gateway.port)
            try await client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
            let service = try await upstream.accept()
            #expect(try await service.request(0).stream == 1)
            try await service.send(head: [(":status", "503")], on: 1)
            // The try that is given up is reset, the connection goes on.
            _ = try await service.resetCode(1)
            #expect(try await service.request(1).stream == 3)
            try await service.send(.reset(3, 2))
            #expect(try await service.request(2).stream == 5)
            #expect(await eventually { service.body(5) == Array("hello".utf8) })
            try await service.send(head: [(":status", "200"), ("content-length", "4")], on: 5)
            try await service.send(.data(5, Array("well".utf8), endsStream: true))
            let answer = try await client.read { $0.hasSuffix("well") }
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            await client.close()
            try await gateway.expectNothingAlive()
        }
        #expect(upstream.connectionCount == 1)
        await upstream.stop()
    }

    @Test("but a request for another protocol goes through as it is")
    func upgrades() async throws {
        let upstream = try await ManualUpstream.start()
        let configuration = routing(
            [("up", [upstream.endpoint]), ("other", ["127.0.0.1:9"])],
            route: """
                service: up.static
                upgrades: [websocket]
                retry: { attempts: 1, retryOn: [5xx] }
                fallback: { service: other.static }
                mirror: { service: other.static }
                """
        )
        try await GatewayFixture.run(configuration) { gateway in
            let tunnel = try await OpenTunnel.open(gateway, upstream)
            try await tunnel.expectEcho()
            await tunnel.client.close()
            try await gateway.expectNothingAlive()
        }
        await upstream.stop()
    }
}
