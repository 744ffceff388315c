import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// Collecting past the limit: 413 on the request's way, 500 on the response's.
@Suite struct Semantics04CollectTests {
    static let chunkings: [Chunking] = [.whole, .bytes(1), .random(seed: 7)]

    @Test("a body of the limit is collected whole", arguments: chunkings)
    func whole(chunking: Chunking) async throws {
        let journal = Journal()
        let probe = CollectProbe(
            request: 10,
            response: 10,
            onRequest: { body, stream in
                journal.note("request \(String(buffer: body))")
                stream.request.headers["x-seen"] = "yes"
                body = ByteBuffer(string: "changed request")
                return .continue
            },
            onResponse: { body, stream in
                journal.note("response \(String(buffer: body))")
                stream.response.status = 201
                body = ByteBuffer(string: "changed response")
                return .continue
            }
        )
        let gateway = try TestGateway(filters: [.init(probe)], chunking: chunking) { _ in
            TestResponse(body: "9876543210")
        }
        let response = await gateway.send(TestRequest(.post, body: "0123456789"))
        #expect(journal.lines == ["request 0123456789", "response 9876543210"])
        #expect(gateway.upstreamRequests[0].text == "changed request")
        #expect(gateway.upstreamRequests[0].framing == .length(15))
        #expect(gateway.upstreamRequests[0].headers["x-seen"] == "yes")
        #expect(response.status == 201)
        #expect(response.text == "changed response")
        #expect(response.headers[.contentLength] == "16")
    }

    @Test("one byte more is refused with 413", arguments: chunkings)
    func request(chunking: Chunking) async throws {
        let gateway = try TestGateway(filters: [.init(CollectProbe(request: 9), name: "c")], chunking: chunking)
        let response = await gateway.send(TestRequest(.post, body: "0123456789"))
        #expect(response.status == 413)
        #expect(response.details == "c.body_too_large")
        #expect(gateway.upstreamRequests.isEmpty)
        #expect(gateway.isIdle)
    }

    @Test("one byte more is refused with 500", arguments: chunkings)
    func response(chunking: Chunking) async throws {
        let gateway = try TestGateway(filters: [.init(CollectProbe(response: 9), name: "c")], chunking: chunking) { _ in
            TestResponse(body: "0123456789")
        }
        let response = await gateway.send(TestRequest())
        #expect(response.status == 500)
        #expect(response.details == "c.response_too_large")
        #expect(gateway.isIdle)
    }

    @Test("a long body goes on where the filter wants it so", arguments: chunkings)
    func forwarded(chunking: Chunking) async throws {
        let probe = CollectProbe(
            request: 4,
            response: 4,
            whenLonger: .forward,
            onRequest: { _, _ in .respond(.refusal()) },
            onResponse: { _, _ in .respond(.refusal()) }
        )
        let gateway = try TestGateway(filters: [.init(probe)], chunking: chunking) { _ in
            TestResponse(body: "9876543210")
        }
        let response = await gateway.send(TestRequest(.post, body: "0123456789"))
        #expect(response.status == 200)
        #expect(response.text == "9876543210")
        #expect(response.headers[.contentLength] == "10")
        #expect(gateway.upstreamRequests[0].text == "0123456789")
        #expect(gateway.upstreamRequests[0].framing == .length(10))
    }

    @Test func skippingAFilterThatCollectsLosesNothing() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    BodyProbe(request: { _, _, stream in
                        stream.skip(filter: "c")
                        return .continue
                    }),
                    name: "skips"
                ),
                .init(CollectProbe(request: 4, onRequest: { _, _ in .respond(.refusal()) }), name: "c"),
            ],
            chunking: .bytes(3)
        )
        let response = await gateway.send(TestRequest(.post, body: "0123456789"))
        #expect(response.status == 200)
        #expect(gateway.upstreamRequests[0].text == "0123456789")
    }
}
