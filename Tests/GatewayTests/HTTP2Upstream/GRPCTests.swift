import Foundation
import NIOCore
import TestSupport
import Testing

@Suite("gRPC from a client to a service", .serialized)
struct GRPCTests {
    /// What came of one method; each sets what concerns it.
    private struct Outcome: Decodable, Equatable {
        var status: String?
        var details: String?
        var reply: String?
        var replies: [String]?
        var head: String?
        var trailer: String?
        var trailers: [String: String]?
        var binary: [Int]?
        var same: Bool?
        var right: Int?
        var count: Int?
        var last: String?
        var rest: Int?
        var cancelled: String?
    }

    @Test("in clear text: every kind of call, errors, and a deadline")
    func clearText() async throws {
        let server = try await self.startServer([])
        try await GatewayFixture.run(self.configuration("protocol: grpc", port: server.port)) { gateway in
            try await self.expectCalls(["127.0.0.1:\(gateway.port)"])
        }
        server.process.signal(15)
    }

    @Test("over TLS on both sides")
    func secured() async throws {
        let identity = try await TestIdentities.shared(["localhost"])
        let roots = try TestCertificateAuthority.shared().identity.certificate
        let server = try await self.startServer([identity.certificate, identity.privateKey])
        let service = "protocol: grpcs, sni: localhost, tls: { trustRoots: \(roots) }"
        let tls =
            "tls: { certificates: [{ certificate: \(identity.certificate), privateKey: \(identity.privateKey) }] }"
        let configuration = self.configuration(service, port: server.port, listener: tls)
        try await GatewayFixture.run(configuration) { gateway in
            try await self.expectCalls(["localhost:\(gateway.port)", roots])
        }
        server.process.signal(15)
    }

    /// The route's timeout is shorter than the time in which the client sends and the service answers.
    @Test("a streamed call is not cut by the route's timeout, one that hangs is")
    func timeout() async throws {
        let server = try await FrameUpstream.start()
        let port = try #require(server.address?.port)
        let configuration = self.configuration("protocol: grpc", port: port, route: ", timeout: 200ms")
        try await GatewayFixture.run(configuration) { gateway in
            let file = try TemporaryDirectories.shared.make().appendingPathComponent("body")
            try Data([0, 0, 0, 0, 1, 7]).write(to: file)
            let client = try ChildProcess.start(
                "/bin/sh",
                [
                    "-c",
                    "{ sleep 0.6; cat \(file.path); } | curl -s -i --http2-prior-knowledge -T - -X POST"
                        + " -H 'content-type: application/grpc' -H 'te: trailers' -H 'expect:'"
                        + " http://127.0.0.1:\(gateway.port)/test.Echo/Slow",
                ]
            )
            let connection = try await server.accept()
            let request = try await connection.request()
            #expect(request.fields["te"] == "trailers")
            try await connection.frame { $0.kind == HTTP2TestFrame.Kind.data && $0.flags == 1 }
            // Nobody answers: the time runs from the end of the request.
            let outcome = try await client.exit()
            #expect(outcome.output.contains("HTTP/2 200"), "\(outcome.output)")
            #expect(outcome.output.contains("grpc-status: 14"), "\(outcome.output)")
            #expect(outcome.output.contains("grpc-message: upstream_timeout"), "\(outcome.output)")
            #expect(try await connection.resetCode(request.stream) == 8)
        }
        await server.stop()
    }

    private func expectCalls(_ arguments: [String]) async throws {
        let client = try await ChildProcess.run(
            try Tools.python(),
            [Tools.file("Python/grpc_client.py")] + arguments,
            environment: ["NO_PROXY": "127.0.0.1,localhost"],
            within: 300
        )
        try #require(client.status == 0, "\(client.errors)")
        let outcomes = try JSONDecoder().decode([String: Outcome].self, from: Data(client.output.utf8))
        #expect(
            outcomes["unary"]
                == Outcome(status: "OK", reply: "hello", head: "mine", trailer: "mine", binary: [0, 1, 2, 3])
        )
        #expect(outcomes["large"] == Outcome(same: true))
        #expect(outcomes["many"] == Outcome(right: 300))
        #expect(outcomes["server_stream"] == Outcome(count: 500, last: "part 499"))
        #expect(outcomes["client_stream"] == Outcome(reply: "100 messages, 1000000 bytes"))
        #expect(outcomes["bidi"] == Outcome(count: 20, last: "you said 19", rest: 0))
        #expect(outcomes["fail"]?.status == "FAILED_PRECONDITION")
        #expect(outcomes["fail"]?.details == "not yet: ü%")
        #expect(outcomes["fail"]?.trailers?["x-trailer"] == "failed")
        #expect(outcomes["fail_late"]?.status == "DATA_LOSS")
        #expect(outcomes["fail_late"]?.replies == ["first", "second"])
        #expect(outcomes["unimplemented"] == Outcome(status: "UNIMPLEMENTED"))
        #expect(outcomes["deadline"] == Outcome(status: "DEADLINE_EXCEEDED", cancelled: "yes"))
        #expect(outcomes["refused"] == Outcome(status: "UNAVAILABLE", details: "upstream_connect_failure"))
    }

    private func startServer(_ arguments: [String]) async throws -> (process: ChildProcess, port: Int) {
        let process = try ChildProcess.start(
            try Tools.python(),
            [Tools.file("Python/grpc_server.py")] + arguments
        )
        try await process.wait { $0.output.hasSuffix("\n") }
        let port = try #require(Int(process.output.trimmingCharacters(in: .whitespacesAndNewlines)))
        return (process, port)
    }

    private func configuration(
        _ service: String,
        port: Int,
        listener: String? = nil,
        route: String = ""
    ) -> String {
        """
        listeners:
          - { name: in, address: "127.0.0.1:0"\(listener.map { ", " + $0 } ?? "") }
        services:
          - { name: up, type: static, domain: "127.0.0.1:\(port)", \(service) }
          - { name: down, type: static, domain: "127.0.0.1:1", protocol: grpc }
        routes:
          - { name: down, match: { path: { prefix: /test.Down/ } }, service: down.static }
          - { name: all, match: { path: { prefix: / } }, service: up.static\(route) }
        """
    }
}
