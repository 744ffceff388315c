import FilterAPI
import FilterTesting
import NIOCore
import Testing

/// Local responses to HEAD, 204 and 304 carry no body; a gRPC request gets 200 with grpc-status.
@Suite struct Semantics03BodilessTests {
    @Test("no body goes out", arguments: [(HTTPMethod.head, 200), (.head, 403), (.get, 204), (.get, 304)])
    func noBody(method: HTTPMethod, status: Int) async throws {
        let gateway = try TestGateway(filters: [.init(HeadProbe("a") { _ in .respond(.refusal(status)) })])
        let response = await gateway.send(TestRequest(method))
        #expect(response.status == status)
        #expect(response.body.readableBytes == 0)
        #expect(!response.hasBody)
        #expect(response.isComplete)
        #expect(response.headers[.contentLength] == (method == .head ? "2" : nil))
    }

    @Test func aStreamedBodyIsNotMadeForHEAD() async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { _ in
                        let producer: LocalResponse.Producer = {
                            journal.note("made")
                            return nil
                        }
                        return .respond(LocalResponse(status: 200, body: .stream(producer), detail: "probe.stream"))
                    }
                )
            ]
        )
        let response = await gateway.send(TestRequest(.head))
        #expect(response.isComplete)
        #expect(journal.lines.isEmpty)
    }

    @Test func theAnswerToHEADHasNoBodyThoughAFilterMadeItAGET() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        stream.request.method = .get
                        return .continue
                    }
                )
            ]
        ) { _ in TestResponse(body: "hello") }
        let response = await gateway.send(TestRequest(.head))
        #expect(gateway.upstreamRequests[0].method == .get)
        #expect(response.body.readableBytes == 0)
        #expect(response.headers[.contentLength] == "5")
    }

    @Test("a status that a filter sets decides about the body", arguments: [204, 304])
    func changedStatus(status: Int) async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe(
                        "a",
                        response: { stream in
                            stream.response.status = status
                            return .continue
                        }
                    )
                )
            ]
        ) { _ in TestResponse(body: "hello") }
        let response = await gateway.send(TestRequest())
        #expect(response.status == status)
        #expect(!response.hasBody)
        #expect(response.body.readableBytes == 0)
        if status == 204 { #expect(response.headers[.contentLength] == nil) }
    }

    @Test("gRPC clients get a grpc-status", arguments: [(401, "16"), (403, "7"), (404, "12"), (503, "14"), (418, "2")])
    func gRPC(status: Int, code: String) async throws {
        let gateway = try TestGateway(filters: [.init(HeadProbe("a") { _ in .respond(.refusal(status)) })])
        let request = TestRequest(.post, headers: ["content-type": "application/grpc+proto"])
        let response = await gateway.send(request)
        #expect(response.status == 200)
        #expect(response.headers[.grpcStatus] == code)
        #expect(response.headers[.grpcMessage] == "probe.refused")
        #expect(response.body.readableBytes == 0)
    }
}
