import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// Plain async functions on whole messages: they change both, answer, wait, fail and end as any other filter does.
@Suite struct Semantics15WholeMessageTests {
    /// What a whole message is answered with.
    typealias Answer =
        nonisolated(nonsending) @Sendable (inout ByteBuffer, StreamContext) async throws -> LocalResponse?

    final class Whole: Filter, WholeRequestHook, WholeResponseHook {
        static let name = "whole"
        static let summary = "Sees whole messages."

        let onRequest: Answer
        let onResponse: Answer
        let limit: Int
        let responseLimit: Int

        init(
            limit: Int = 1 << 20,
            responseLimit: Int = 1 << 20,
            request: @escaping Answer = { _, _ in nil },
            response: @escaping Answer = { _, _ in nil }
        ) {
            self.limit = limit
            self.responseLimit = responseLimit
            self.onRequest = request
            self.onResponse = response
        }

        convenience init(_ configuration: NoConfiguration, _ environment: FilterEnvironment) { self.init() }

        var wholeRequestLimit: Int { self.limit }
        var wholeResponseLimit: Int { self.responseLimit }

        func wantsWholeResponse(_ stream: StreamContext) -> Bool {
            stream.response.headers["content-type"] != "text/event-stream"
        }

        func wholeRequest(_ body: inout ByteBuffer, _ stream: StreamContext) async throws -> LocalResponse? {
            try await self.onRequest(&body, stream)
        }

        func wholeResponse(_ body: inout ByteBuffer, _ stream: StreamContext) async throws -> LocalResponse? {
            try await self.onResponse(&body, stream)
        }
    }

    @Test("both messages are changed after waiting", arguments: [Chunking.whole, .bytes(1), .random(seed: 3)])
    func changes(chunking: Chunking) async throws {
        let filter = Whole(
            request: { body, stream in
                stream.request.headers["x-side"] = String(buffer: try await stream.callSide().body)
                body = ByteBuffer(string: String(buffer: body).uppercased())
                return nil
            },
            response: { body, stream in
                _ = try await stream.callSide()
                stream.response.status = 201
                body.writeString("!")
                return nil
            }
        )
        let gateway = try TestGateway(filters: [.init(filter)], chunking: chunking) { _ in TestResponse(body: "answer")
        }
        gateway.http("side.static") { _ in TestResponse(body: "s").delayed(.seconds(2)) }
        let response = await gateway.send(TestRequest(.post, body: "question", trailers: ["x-t": "1"]))
        #expect(gateway.upstreamRequests.map(\.text) == ["QUESTION"])
        #expect(gateway.upstreamRequests.first?.headers["x-side"] == "s")
        #expect(gateway.upstreamRequests.first?.framing == .length(8))
        #expect(gateway.upstreamRequests.first?.trailers?["x-t"] == "1")
        #expect(response.status == 201)
        #expect(response.text == "answer!")
        #expect(response.headers["content-length"] == "7")
        #expect(gateway.isIdle)
    }

    @Test func messagesWithoutABodyAreSeenAsEmptyOnes() async throws {
        let filter = Whole(
            request: { body, stream in
                stream.request.headers["x-bytes"] = "\(body.readableBytes)"
                return nil
            },
            response: { body, stream in
                stream.response.headers["x-bytes"] = "\(body.readableBytes)"
                return nil
            }
        )
        let gateway = try TestGateway(filters: [.init(filter)]) { _ in TestResponse(status: 204) }
        let response = await gateway.send(TestRequest())
        #expect(gateway.upstreamRequests.first?.headers["x-bytes"] == "0")
        #expect(response.status == 204)
        #expect(response.headers["x-bytes"] == "0")
        #expect(gateway.isIdle)
    }

    @Test("an answer ends the request, or takes the response's place", arguments: [true, false])
    func answers(isRequest: Bool) async throws {
        let filter =
            isRequest
            ? Whole(request: { _, _ in .refusal(403, "no") }) : Whole(response: { _, _ in .refusal(403, "no") })
        let gateway = try TestGateway(filters: [.init(filter)]) { _ in TestResponse(body: "answer") }
        let response = await gateway.send(TestRequest(.post, body: "question"))
        #expect(response.status == 403)
        #expect(response.text == "no")
        #expect(response.origin == .filter("whole"))
        #expect(gateway.upstreamRequests.count == (isRequest ? 0 : 1))
        #expect(gateway.isIdle)
    }

    @Test(
        "what is thrown is contained, and changes before it are dropped",
        arguments: [TestFilter.FailStrategy.close, .open]
    )
    func throwing(strategy: TestFilter.FailStrategy) async throws {
        let filter = Whole(request: { body, _ in
            body.clear()
            throw ProbeFailure()
        })
        let gateway = try TestGateway(filters: [.init(filter, failStrategy: strategy)])
        let response = await gateway.send(TestRequest(.post, body: "question"))
        #expect(response.status == (strategy == .close ? 500 : 200))
        #expect(response.details == (strategy == .close ? "filter_error{whole}" : "via_upstream"))
        #expect(gateway.upstreamRequests.map(\.text) == (strategy == .close ? [] : ["question"]))
        #expect(gateway.isIdle)
    }

    @Test("longer bodies than the limit are refused", arguments: [true, false])
    func limits(isRequest: Bool) async throws {
        let gateway = try TestGateway(filters: [.init(isRequest ? Whole(limit: 4) : Whole(responseLimit: 4))]) { _ in
            TestResponse(body: isRequest ? "" : "12345")
        }
        let response = await gateway.send(TestRequest(.post, body: isRequest ? "12345" : ""))
        #expect(response.status == (isRequest ? 413 : 500))
        #expect(response.details == (isRequest ? "whole.body_too_large" : "whole.response_too_large"))
        #expect(gateway.isIdle)
    }

    @Test func aMessageThatIsNotWantedGoesOnPartByPart() async throws {
        let filter = Whole(response: { body, _ in
            body.clear()
            return nil
        })
        let gateway = try TestGateway(filters: [.init(filter)]) { _ in
            TestResponse(headers: ["content-type": "text/event-stream"], chunks: ["a", "b"], every: .seconds(1))
        }
        let stream = await gateway.open(TestRequest())
        await gateway.advance(by: .seconds(1))
        #expect(stream.received.text == "a")
        #expect(await stream.response().text == "ab")
    }

    @Test func theFunctionIsCancelledWithItsStream() async throws {
        let journal = Journal()
        let waiting: Answer = { _, stream in
            do {
                _ = try await stream.callSide()
            } catch {
                journal.note("\((error as? CalloutError)?.code.rawValue ?? "?") \(Task.isCancelled)")
            }
            return nil
        }
        let gateway = try TestGateway(filters: [.init(Whole(request: waiting))])
        gateway.http("side.static") { _ in .neverAnswers }
        let stream = await gateway.open(TestRequest())
        #expect(gateway.liveOperations == 1)
        await stream.reset()
        #expect(journal.lines == ["cancelled true"])
        #expect(gateway.isIdle)
    }

    @Test func aBodyHookThatWaitsChangesItsPart() async throws {
        let filter = BodyProbe(request: { chunk, end, stream in
            .suspend(changing: chunk) { chunk in
                _ = try await stream.callSide()
                chunk = ByteBuffer(string: end ? "." : "<\(String(buffer: chunk))>")
                return .continue
            }
        })
        let gateway = try TestGateway(filters: [.init(filter)], chunking: .bytes(2))
        gateway.http("side.static") { _ in TestResponse().delayed(.seconds(1)) }
        await gateway.send(TestRequest(.post, body: "abcd"))
        #expect(gateway.upstreamRequests.map(\.text) == ["<ab><cd>."])
        #expect(gateway.isIdle)
    }

    @Test func anObserverCannotChangeABodyByWaiting() async throws {
        let filter = ObserverProbe(
            Journal(),
            request: { chunk, _, _ in
                .suspend(changing: chunk) { chunk in
                    chunk.clear()
                    return .continue
                }
            }
        )
        let gateway = try TestGateway(filters: [.init(filter)])
        await gateway.send(TestRequest(.post, body: "abcd"))
        #expect(gateway.upstreamRequests.map(\.text) == ["abcd"])
    }

    @Test("collect is an error of the filter where it cannot be", arguments: [false, true])
    func misplacedCollect(isSuspended: Bool) async throws {
        let head = HeadProbe("x") { _ in isSuspended ? .suspend { .collect(limit: 10) } : .collect(limit: 10) }
        let body = BodyProbe { _, _, _ in isSuspended ? .suspend { .collect(limit: 10) } : .collect(limit: 10) }
        for filter in [TestFilter(head, name: "fails"), TestFilter(body, name: "fails")] {
            let gateway = try TestGateway(filters: [filter])
            let response = await gateway.send(TestRequest(.post, body: "abcd"))
            #expect(response.status == 500)
            #expect(response.details == "filter_error{fails}")
            #expect(gateway.log.contains { $0.metadata["error"]?.contains("collect") == true })
            #expect(gateway.isIdle)
        }
    }
}
