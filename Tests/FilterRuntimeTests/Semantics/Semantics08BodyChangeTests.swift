import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// A filter may add, change or remove body and trailers in either direction; the length is made anew.
@Suite struct Semantics08BodyChangeTests {
    static let chunkings: [Chunking] = [.whole, .bytes(1), .random(seed: 3)]

    @Test("a filter may make a body longer", arguments: chunkings)
    func longer(chunking: Chunking) async throws {
        let double: BodyAnswer = { chunk, end, _ in
            let copy = chunk
            chunk.writeImmutableBuffer(copy)
            if end { chunk.writeString(".") }
            return .continue
        }
        let gateway = try TestGateway(
            filters: [.init(BodyProbe(request: double, response: double))],
            chunking: chunking
        ) { _ in TestResponse(body: "bb") }
        let response = await gateway.send(TestRequest(.post, body: "aaa"))
        #expect(gateway.upstreamRequests[0].text == "aaaaaa.")
        #expect(gateway.upstreamRequests[0].framing == .chunked)
        #expect(response.text == "bbbb.")
        #expect(response.headers[.contentLength] == nil)
    }

    @Test func aFilterMayGiveABodyToAMessageWithoutOne() async throws {
        let fill: BodyAnswer = { chunk, end, _ in
            if end { chunk.writeString("made") }
            return .continue
        }
        let gateway = try TestGateway(filters: [.init(BodyProbe(request: fill, response: fill))]) { _ in
            TestResponse(status: 200)
        }
        let response = await gateway.send(TestRequest())
        #expect(gateway.upstreamRequests[0].text == "made")
        #expect(gateway.upstreamRequests[0].framing == .length(4))
        #expect(response.text == "made")
        #expect(response.headers[.contentLength] == "4")
    }

    @Test("a filter may remove a body", arguments: chunkings)
    func removed(chunking: Chunking) async throws {
        let empty: BodyAnswer = { chunk, _, _ in
            chunk.clear()
            return .continue
        }
        let gateway = try TestGateway(
            filters: [.init(BodyProbe(request: empty, response: empty))],
            chunking: chunking
        ) { _ in TestResponse(body: "gone") }
        let response = await gateway.send(TestRequest(.post, body: "gone"))
        #expect(gateway.upstreamRequests[0].text == "")
        #expect(gateway.upstreamRequests[0].isComplete)
        #expect(response.text == "")
        #expect(response.isComplete)
    }

    @Test("one who only looks leaves length and bytes as they came", arguments: chunkings)
    func observed(chunking: Chunking) async throws {
        let journal = Journal()
        let gateway = try TestGateway(filters: [.init(ObserverProbe(journal))], chunking: chunking) { _ in
            TestResponse(body: "answer")
        }
        let response = await gateway.send(TestRequest(.post, body: "question"))
        #expect(gateway.upstreamRequests[0].framing == .length(8))
        #expect(response.headers[.contentLength] == "6")
        let seen = journal.lines.map { $0.replacing(" end", with: "") }
        func text(_ prefix: String) -> String {
            seen.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }.joined()
        }
        #expect(text("request ") == "question")
        #expect(text("response ") == "answer")
        #expect(journal.lines.filter { $0.hasSuffix(" end") }.count == 2)
    }

    @Test func trailersMayBeChangedAddedToAndRemoved() async throws {
        let change: TrailersAnswer = { trailers, _ in
            trailers["x-added"] = "yes"
            trailers["x-gone"] = nil
            return .continue
        }
        let gateway = try TestGateway(filters: [.init(TrailersProbe(request: change, response: change))]) { _ in
            TestResponse(body: "b").with(trailers: ["x-gone": "1", "x-kept": "2"])
        }
        let response = await gateway.send(TestRequest(.post, body: "a", trailers: ["x-gone": "1", "x-kept": "3"]))
        let received = gateway.upstreamRequests[0].trailers
        #expect(received?["x-added"] == "yes" && received?["x-kept"] == "3" && received?["x-gone"] == nil)
        let trailers = response.trailers
        #expect(trailers?["x-added"] == "yes" && trailers?["x-kept"] == "2" && trailers?["x-gone"] == nil)
    }

    @Test func trailersThatAreAllRemovedAreNone() async throws {
        let remove: TrailersAnswer = { trailers, _ in
            trailers = [:]
            return .continue
        }
        let gateway = try TestGateway(filters: [.init(TrailersProbe(request: remove, response: remove))]) { _ in
            TestResponse(body: "b").with(trailers: ["x-gone": "1"])
        }
        let response = await gateway.send(TestRequest(.post, body: "a", trailers: ["x-gone": "1"]))
        #expect(gateway.upstreamRequests[0].trailers == nil)
        #expect(response.trailers == nil)
        #expect(response.isComplete)
    }

    @Test func theEmptyEndOfABodyIsPreserved() async throws {
        let gateway = try TestGateway(filters: [.init(HeadProbe("a"))]) { _ in TestResponse(chunks: []) }
        let stream = await gateway.open(TestRequest(.post), hasBody: true)
        await stream.end()
        let response = await stream.response()
        #expect(gateway.upstreamRequests[0].framing == .chunked)
        #expect(gateway.upstreamRequests[0].isComplete)
        #expect(response.hasBody)
        #expect(response.isComplete)
        #expect(response.body.readableBytes == 0)
    }
}
