import FilterAPI
import FilterTesting
import Testing

@Suite struct TranscriptTests {
    @Test func bothSidesAreComparedAsAWhole() async throws {
        let stamp = HeadProbe(
            "a",
            request: { stream in
                stream.request.headers["x-b"] = "2"
                return .continue
            }
        )
        let gateway = try TestGateway(filters: [.init(stamp)]) { _ in
            TestResponse(headers: ["x-c": "3"], chunks: ["ans", "wer"]).with(trailers: ["x-d": "4"])
        }
        let response = await gateway.send(
            TestRequest(.post, "/p?q=1", headers: ["x-a": "1"], body: "question", trailers: ["x-t": "5"])
        )
        #expect(response.transcript == "200\nx-c: 3\n\nanswer\nx-d: 4")
        #expect(
            gateway.upstreamRequests.map(\.transcript) == [
                "POST /p?q=1\nx-a: 1\nhost: gateway.test\nx-b: 2\n\nquestion\nx-t: 5"
            ]
        )
    }

    @Test func whatBreaksOffSaysSo() async throws {
        let gateway = try TestGateway(filters: []) { _ in TestResponse(body: "hello").reset(after: 2) }
        let response = await gateway.send(TestRequest())
        #expect(response.transcript == "200\ncontent-length: 5\n\nhe\nreset")
    }
}
