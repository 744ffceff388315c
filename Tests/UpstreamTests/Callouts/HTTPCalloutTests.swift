import FilterAPI
import Logging
import NIOCore
import Testing

@testable import Upstream

/// HTTP requests of filters.
@Suite(.timeLimit(.minutes(10)))
struct HTTPCalloutTests {
    private static let service = ServiceReference(name: "test.static", port: 80, host: "service.test")

    /// Runs a callout on the fixture's event loop, as a stream would.
    private func call(
        _ request: CalloutRequest,
        _ fixture: UpstreamFixture,
        to service: ServiceReference = Self.service
    ) -> Task<CalloutResponse, any Error> {
        let (upstream, eventLoop) = (fixture.upstream, fixture.eventLoop)
        return Task(executorPreference: LoopTaskExecutor(eventLoop)) {
            let callouts = ServiceCallouts(upstream.value, logger: Logger(label: "test"))
            return try await callouts.http(request, to: service)
        }
    }

    private func failure(_ task: Task<CalloutResponse, any Error>) async -> CalloutError.Code? {
        do {
            _ = try await task.value
            return nil
        } catch {
            return (error as? CalloutError)?.code
        }
    }

    @Test func sendsTheRequestAndCollectsTheAnswer() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let task = call(
                CalloutRequest(method: .post, path: "/v1", headers: ["x-a": "1"], body: ByteBuffer(string: "hi")),
                fixture
            )
            let connection = try await server.accept()
            #expect(
                await connection.receive(through: "hi")
                    == "POST /v1 HTTP/1.1\r\nx-a: 1\r\nhost: service.test\r\ncontent-length: 2\r\n\r\nhi"
            )
            try await connection.send(
                "HTTP/1.1 201 Created\r\nX-B: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"
            )
            let answer = try await task.value
            #expect(answer.status == 201)
            #expect(answer.headers["x-b"] == "2")
            #expect(String(buffer: answer.body) == "abcdef")
            #expect(try await fixture.counters.idle == 1)
        }
    }

    @Test(arguments: [
        (CalloutRequest(path: "/", host: "a.test"), "host: a.test\r\n"),
        (CalloutRequest(path: "/", headers: ["host": "b.test"]), "host: b.test\r\n"),
        (CalloutRequest(path: "/"), "host: service.test\r\n"),
        (CalloutRequest(path: "x\r\nevil: 1"), "GET /xevil:1 HTTP/1.1\r\n"),
        (CalloutRequest(method: .post, path: "/"), "content-length: 0\r\n"),
    ])
    func theHeadIsMadeFromTheRequest(_ request: CalloutRequest, _ expected: String) async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let task = call(request, fixture)
            let connection = try await server.accept()
            let head = await connection.receive() ?? ""
            #expect(head.contains(expected))
            try await connection.send(ConnectionReuseTests.empty)
            #expect(try await task.value.status == 200)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
        "HTTP/1.1 200 OK\r\n\r\nhello world",
    ])
    func anAnswerAboveTheCapIsTooLarge(_ text: String) async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let task = call(CalloutRequest(path: "/", maximumResponseBytes: 10), fixture)
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send(text)
            #expect(await failure(task) == .tooLarge)
            #expect(await connection.receivedEnd())
        }
    }

    @Test func aLateAnswerIsATimeout() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            // Long enough that even on a slow machine the request arrives before.
            let task = call(CalloutRequest(path: "/", timeout: .seconds(3)), fixture)
            let connection = try await server.accept()
            _ = await connection.receive()
            #expect(await failure(task) == .timeout)
            #expect(await connection.receivedEnd())
        }
    }

    @Test func cancellingTheTaskEndsTheRequest() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let task = call(CalloutRequest(path: "/"), fixture)
            let connection = try await server.accept()
            _ = await connection.receive()
            task.cancel()
            #expect(await failure(task) == .cancelled)
            #expect(await connection.receivedEnd())
            #expect(try await fixture.counters.active == 0)
        }
    }

    @Test func aTaskThatWasCancelledBeforeSendsNothingForLong() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let task = call(CalloutRequest(path: "/"), fixture)
            task.cancel()
            #expect(await failure(task) == .cancelled)
            let active = try await fixture.counters.active
            #expect(active == 0)
        }
    }

    @Test(arguments: [
        ("", CalloutError.Code.reset), ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx", .reset),
        ("nonsense\r\n\r\n", .protocolError),
    ])
    func failuresKeepTheirKind(_ text: String, _ code: CalloutError.Code) async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            let task = call(CalloutRequest(path: "/"), fixture)
            let connection = try await server.accept()
            _ = await connection.receive()
            try await connection.send(text)
            await connection.close()
            #expect(await failure(task) == code)
        }
    }

    @Test func anUnreachableOrUnknownServiceIsAConnectFailure() async throws {
        try await UpstreamFixture.runWithServer { fixture, server in
            try await server.stop()
            #expect(await failure(call(CalloutRequest(path: "/"), fixture)) == .connectFailure)
            let unknown = ServiceReference(name: "unknown.dns", port: 80, host: "")
            #expect(await failure(call(CalloutRequest(path: "/"), fixture, to: unknown)) == .connectFailure)
        }
    }
}
