import FilterAPI
import FilterTesting
import Testing

/// What a client may not say about itself never reaches a filter, nor the upstream.
@Suite struct Semantics12SanitisingTests {
    @Test("the field does not arrive", arguments: ["x-mse-consumer", "x_admin", "keep-alive", "upgrade", "te"])
    func removed(name: String) async throws {
        let journal = Journal()
        let field = HeaderName(name)
        let gateway = try TestGateway(
            filters: [
                .init(
                    HeadProbe("a") { stream in
                        journal.note("\(stream.request.headers.contains(field))")
                        return .continue
                    }
                )
            ]
        )
        await gateway.send(TestRequest(headers: [field: "forged", "x-other": "kept"]))
        #expect(journal.lines == ["false"])
        #expect(gateway.upstreamRequests[0].headers[field] == nil)
        #expect(gateway.upstreamRequests[0].headers["x-other"] == "kept")
    }
}
