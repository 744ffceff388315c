import APIVersionFilter
import FilterAPI
import FilterTesting
import Testing

@Suite
struct APIVersionTests {
    private func gateway() throws -> TestGateway {
        try TestGateway(filters: [TestFilter(APIVersion.self, config: ["versions": ["1", "2"]])]) { _ in
            TestResponse(body: "hello")
        }
    }

    @Test
    func aKnownVersionPasses() async throws {
        let gateway = try self.gateway()
        let response = await gateway.send(TestRequest(.get, "/", headers: ["x-api-version": "2"]))
        #expect(response.status == 200)
        #expect(response.text == "hello")
        #expect(response.headers["x-api-versions"] == "1, 2")
    }

    @Test(arguments: [[:], ["x-api-version": "3"]] as [HeaderFields])
    func anotherVersionIsRefusedAndLearnsTheKnownOnes(headers: HeaderFields) async throws {
        let gateway = try self.gateway()
        let response = await gateway.send(TestRequest(.get, "/", headers: headers))
        #expect(response.status == 400)
        #expect(response.details == "api-version.unknown")
        #expect(response.headers["x-api-versions"] == "1, 2")
        #expect(gateway.upstreamRequests.isEmpty)
    }

    @Test
    func versionsHaveToBeGiven() {
        let issues = TestGateway.issues(of: APIVersion.self, config: [:])
        #expect(issues.count == 1)
        #expect(issues.first?.contains("versions") == true)
    }
}
