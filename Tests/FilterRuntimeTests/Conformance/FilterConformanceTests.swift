import FilterAPI
import FilterTesting
import Testing

/// The suite finds what it says that it finds. One after the other, since memory is measured for the whole process.
@Suite(.serialized) struct FilterConformanceTests {
    /// A filter that breaks a rule, and the rules that it is found out by.
    struct Broken: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rule: ConformanceRule
        let conformance: FilterConformance

        init<F: BrokenFilter>(_ filter: F.Type, _ rule: ConformanceRule) {
            self.testDescription = "\(F.self)"
            self.rule = rule
            self.conformance = FilterConformance(of: F.self) { gateway in
                gateway.http("side.static") { _ in TestResponse(body: "x").delayed(.seconds(1)) }
            }
        }
    }

    static let broken: [Broken] = [
        Broken(CutWords.self, .chunking),
        Broken(Chance.self, .determinism),
        Broken(SharedBody.self, .isolation),
        Broken(TrailerEater.self, .trailers),
        Broken(SecondAnswer.self, .oneAnswer),
        Broken(LateRefusal.self, .completes),
        Broken(ThrowingParser.self, .noErrors),
        Broken(EndlessCall.self, .noErrors),
        Broken(CollectWithoutHook.self, .noErrors),
        Broken(BoundlessCollect.self, .boundedCollect),
        Broken(Hoard.self, .memory),
        Broken(Copyist.self, .memory),
        Broken(Collector.self, .leavesNothing),
        Broken(EndlessWork.self, .leavesNothing),
    ]

    @Test("a broken filter is found out", arguments: broken)
    func brokenFilters(_ broken: Broken) async throws {
        let violations = try await broken.conformance.violations()
        #expect(violations.contains { $0.rule == broken.rule }, "\(violations)")
    }

    @Test func waitingThatIgnoresCancellationIsFoundOut() async throws {
        defer { DeafWaiting.gate.open() }
        let body = TestRequest(.post, "/", body: "question")
        let exchange = ConformanceExchange("POST", body, TestResponse(body: "answer"))
        let violations = try await FilterConformance(of: DeafWaiting.self, exchanges: [exchange]).violations()
        #expect(violations.contains { $0.rule == .cancellation }, "\(violations)")
    }

    @Test func aFilterThatDoesAsItShouldConforms() async throws {
        try await FilterConformance(of: Decent.self).check()
    }

    @Test func aViolationIsAnErrorThatNamesFilterAndRule() async throws {
        let error = await #expect(throws: ConformanceFailure.self) {
            try await FilterConformance(of: TrailerEater.self).check()
        }
        #expect(error?.description.contains("broken does not conform:\n  trailers: POST with trailers") == true)
    }

    @Test func aRuleMayBeLeftOut() async throws {
        try await FilterConformance(of: TrailerEater.self, except: [.trailers]).check()
    }
}
