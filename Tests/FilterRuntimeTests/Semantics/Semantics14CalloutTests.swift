import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// Callouts go to named services, with timeout, body cap and cancellation.
@Suite struct Semantics14CalloutTests {
    private func gateway(_ call: @escaping @Sendable (StreamContext) async throws -> String) throws -> TestGateway {
        try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        nonisolated(unsafe) let stream = stream
                        return .suspend {
                            do {
                                return .respond(.refusal(200, try await call(stream)))
                            } catch let error as CalloutError {
                                return .respond(.refusal(200, error.code.rawValue))
                            }
                        }
                    }
                )
            ]
        )
    }

    @Test func aCallIsAnsweredByTheNamedService() async throws {
        let gateway = try self.gateway { stream in
            let answer = try await stream.callSide()
            return "\(answer.status) \(String(buffer: answer.body))"
        }
        gateway.http("side.static") { request in TestResponse(status: 201, body: request.path) }
        #expect(await gateway.send(TestRequest()).text == "201 /side")
        #expect(gateway.http("side.static").requests.map(\.path) == ["/side"])
    }

    @Test("a failure is an error of its kind")
    func failures() async throws {
        let gateway = try self.gateway { stream in "\(try await stream.callSide(timeout: .seconds(3)).status)" }
        #expect(await gateway.send(TestRequest()).text == "connect_failure")
        gateway.http("side.static") { _ in .neverAnswers }
        let response = await gateway.send(TestRequest())
        #expect(response.text == "timeout")
        #expect(response.record.duration == 3_000_000_000)
        gateway.http("side.static") { _ in .resets }
        #expect(await gateway.send(TestRequest()).text == "reset")
        gateway.http("side.static") { _ in TestResponse(bytes: ByteBuffer(repeating: 1, count: 5 << 20)) }
        #expect(await gateway.send(TestRequest()).text == "too_large")
        #expect(gateway.isIdle)
    }

    @Test func aRedisCommandIsAnsweredByTheNamedServer() async throws {
        let gateway = try self.gateway { stream in
            let service = ServiceReference(name: "cache.static", port: 80, host: "cache.static")
            let target = RedisTarget(service: service, timeout: .seconds(2))
            return try await stream.callouts.redis(["GET", "key"].map { ByteBuffer(string: $0) }, on: target).text
                ?? "-"
        }
        let redis = gateway.redis("cache.static")
        #expect(await gateway.send(TestRequest()).text == "-")
        redis["key"] = "value"
        #expect(await gateway.send(TestRequest()).text == "value")
        redis.fail(.timeout, next: 1)
        #expect(await gateway.send(TestRequest()).text == "timeout")
        redis.fail(.error("LOADING"), next: 1)
        #expect(await gateway.send(TestRequest()).text == "error_reply")
        redis.require(password: "secret")
        #expect(await gateway.send(TestRequest()).text == "error_reply")
        #expect(redis.commands.count == 5)
        #expect(gateway.isIdle)
    }
}
