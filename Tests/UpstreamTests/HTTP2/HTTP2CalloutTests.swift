import FilterAPI
import Logging
import NIOCore
import TestSupport
import Testing

@testable import Upstream

/// Requests of filters to services that speak HTTP/2.
@Suite(.timeLimit(.minutes(10)))
struct HTTP2CalloutTests {
    private func call(_ request: CalloutRequest, _ fixture: UpstreamFixture) -> Task<CalloutResponse, any Error> {
        let (upstream, eventLoop) = (fixture.upstream, fixture.eventLoop)
        let service = ServiceReference(name: "s", port: 80, host: "service.test")
        return Task(executorPreference: LoopTaskExecutor(eventLoop)) {
            try await ServiceCallouts(upstream.value, logger: Logger(label: "test")).http(request, to: service)
        }
    }

    @Test func aRequestWithABody() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let task = call(CalloutRequest(method: .post, path: "/v1", body: ByteBuffer(string: "hi")), fixture)
            let connection = try await server.accept()
            let request = try await connection.request()
            #expect(request.fields[":authority"] == "service.test")
            #expect(request.fields["content-length"] == "2")
            try await connection.frame { $0.kind == HTTP2TestFrame.Kind.data && $0.flags == 1 }
            try await connection.answer(request.stream, "answer")
            let answer = try await task.value
            #expect(answer.status == 200)
            #expect(String(buffer: answer.body) == "answer")
        }
    }

    @Test func aFilterThatWaitsNoLongerResetsItsStream() async throws {
        try await HTTP2UpstreamFixture.run { fixture, server in
            let task = call(CalloutRequest(path: "/"), fixture)
            let connection = try await server.accept()
            let request = try await connection.request()
            task.cancel()
            #expect(try await connection.resetCode(request.stream) == 8)
            await #expect(throws: CalloutError.self) { try await task.value }
        }
    }
}
