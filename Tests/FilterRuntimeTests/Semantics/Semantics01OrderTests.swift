import FilterAPI
import FilterTesting
import Testing

/// Response hooks run in exact reverse order; phase and priority sort is stable.
@Suite struct Semantics01OrderTests {
    @Test func theResponsePassesTheFiltersInReverse() async throws {
        let journal = Journal()
        let gateway = try TestGateway(
            filters: [
                .init(HeadProbe("a", journal), name: "a"), .init(HeadProbe("b", journal), name: "b"),
                .init(HeadProbe("c", journal), name: "c"),
            ]
        )
        await gateway.send(TestRequest())
        #expect(
            journal.lines.prefix(6) == [
                "a request", "b request", "c request", "c response", "b response", "a response",
            ]
        )
    }

    @Test func phaseComesBeforePriorityAndPriorityBeforeTheFilesOrder() async throws {
        let journal = Journal()
        func entry(_ name: String, _ phase: FilterPhase, _ priority: Int) -> TestFilter {
            TestFilter(HeadProbe(name, journal), name: name, phase: phase, priority: priority)
        }
        let gateway = try TestGateway(
            filters: [
                entry("last", .unspecified, 1000), entry("stats", .stats, 5), entry("equal1", .authn, 10),
                entry("authz", .authz, -1), entry("equal2", .authn, 10), entry("first", .authn, 11),
                entry("equal3", .authn, 10),
            ]
        )
        await gateway.send(TestRequest())
        let order = journal.lines.filter { $0.hasSuffix(" request") }.map { $0.dropLast(8) }
        #expect(order == ["first", "equal1", "equal2", "equal3", "authz", "stats", "last"])
    }
}
