import FilterTesting
import HelloFilters
import Testing

@Suite
struct HelloFilterTests {
    @Test
    func clientsHearTheService() async throws {
        let filter = TestFilter(HelloFilter.self, config: ["text": "hi", "serviceName": "words.static"])
        let gateway = try TestGateway(filters: [filter]) { _ in TestResponse(body: "hello ") }
        gateway.http("words.static") { _ in TestResponse(body: "good day") }
        let response = await gateway.send(TestRequest(.get, "/"))
        #expect(response.headers["x-hello"] == "hi")
        #expect(response.text == "hello and the service says: good day")
        #expect(gateway.isIdle)
    }

    @Test
    func theFilterConforms() async throws {
        try await FilterConformance(of: HelloFilter.self, config: ["serviceName": "words.static"]).check()
    }
}
