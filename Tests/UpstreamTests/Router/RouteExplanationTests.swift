import FilterAPI
import Testing
import Upstream

struct RouteExplanationTests {
    private let table = RouteTable([
        route("other-host", index: 0, domains: ["b.com"]),
        route("any", index: 1),
        route("other-path", index: 2, domains: ["*.a.com", "a.com"], path: .prefix("/v2/")),
        route("method", index: 3, domains: ["a.com"], path: .prefix("/v1/"), methods: [.post]),
        route(
            "header",
            index: 4,
            domains: ["a.com"],
            path: .prefix("/v1/"),
            headers: [.init("X-Tier", .exact("gold"))]
        ),
        route("query", index: 5, domains: ["a.com", "*"], path: .exact("/v1/x"), query: [.init("debug", .present)]),
        route("taken", index: 6, domains: ["a.com"], path: .prefix("/v")),
    ])

    @Test func `candidates come in their order, each with the reason`() {
        let lines = self.table.explain(request("A.com:80/v1/x")).map { "\($0.route.name): \($0.outcome)" }
        #expect(
            lines == [
                "query: \(RouteConsideration.Outcome.passedOver(.query("debug")))",
                "method: \(RouteConsideration.Outcome.passedOver(.method))",
                "header: \(RouteConsideration.Outcome.passedOver(.header("x-tier")))",
                "taken: \(RouteConsideration.Outcome.selected)",
                "any: \(RouteConsideration.Outcome.lessSpecific)",
                "other-host: \(RouteConsideration.Outcome.passedOver(.host))",
                "other-path: \(RouteConsideration.Outcome.passedOver(.path))",
            ]
        )
    }

    @Test func `without a fitting route every route has a reason`() {
        let table = RouteTable([route("a", domains: ["a.com"]), route("b", domains: ["*.b.com"], path: .exact("/x"))])
        let outcomes = table.explain(request("x.b.com/y")).map(\.outcome)
        #expect(outcomes == [.passedOver(.host), .passedOver(.path)])
        #expect(table.explain(request("b.com/x")).map(\.outcome) == [.passedOver(.host), .passedOver(.host)])
    }
}
