import FilterAPI
import FilterTesting
import Testing

/// A filter that took what a message cannot be without is named in the answer.
@Suite struct Semantics13RequiredHeaderTests {
    @Test("a lost path is 400", arguments: ["", "x", "?query"], [false, true])
    func path(path: String, isSuspended: Bool) async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        guard isSuspended else {
                            stream.request.path = path
                            return .continue
                        }
                        return .suspend {
                            stream.request.path = path
                            return .continue
                        }
                    },
                    name: "breaks"
                )
            ]
        )
        let response = await gateway.send(TestRequest(.post, "/x", body: "body"))
        #expect(response.status == 400)
        #expect(response.details == "required_header_missing{:path,breaks}")
        #expect(gateway.upstreamRequests.isEmpty)
        #expect(gateway.isIdle)
    }

    @Test("a lost status is 502", arguments: [0, 99, 101, 600, -1], [false, true])
    func status(status: Int, isSuspended: Bool) async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            filters: [
                .init(HeadProbe("outer", journal), name: "outer"),
                .init(
                    HeadProbe(
                        "a",
                        response: { stream in
                            guard isSuspended else {
                                stream.response.status = status
                                return .continue
                            }
                            return .suspend {
                                stream.response.status = status
                                return .continue
                            }
                        }
                    ),
                    name: "breaks"
                ),
            ]
        ) { _ in TestResponse(body: "answer") }
        let response = await gateway.send(TestRequest())
        #expect(response.status == 502)
        #expect(response.details == "required_header_missing{:status,breaks}")
        #expect(journal.count("outer response") == 1)
        #expect(gateway.isIdle)
    }

    @Test("a local response of an impossible status is 500", arguments: [0, 100, 600])
    func localStatus(status: Int) async throws {
        let gateway = try TestGateway(filters: [.init(BodyProbe(request: { _, _, _ in .respond(.refusal(status)) }))])
        let response = await gateway.send(TestRequest(.post, body: "body"))
        #expect(response.status == 500)
    }
}
