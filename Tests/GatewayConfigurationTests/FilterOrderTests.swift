import FilterAPI
import GatewayConfiguration
import Testing

@Suite("`before` and `after` order filters beside phase and priority")
struct FilterOrderTests {
    static let filters: [FilterDescription] = [
        description("auth", .authn, 300), description("cache", .authn, 10), description("cors", .authz, 340),
        description("log", .stats, 1000), description("a", .unspecified, 30), description("b", .unspecified, 20),
        description("c", .unspecified, 10), description("d", .unspecified, 0),
    ]

    private static func description(_ name: String, _ phase: FilterPhase, _ priority: Int) -> FilterDescription {
        FilterDescription(name: name, defaultPhase: phase, defaultPriority: priority) { _, _ in }
    }

    private func load(_ entries: [String]) -> (GatewayConfiguration?, [String]) {
        let text = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            routes: [{ name: r, response: { status: 200 } }]
            filters:

            """
        let (configuration, issues) = GatewayConfiguration.load(
            text: text + entries.map { "  - \($0)\n" }.joined(),
            file: "g.yaml",
            environment: [:],
            filters: Self.filters
        )
        return (configuration, issues.map(\.description))
    }

    struct Order: Sendable, CustomTestStringConvertible {
        let entries: [String]
        let order: [String]
        var testDescription: String { self.entries.joined(separator: " ") }
    }

    @Test(
        "an entry moves as far as it has to",
        arguments: [
            Order(entries: ["{ filter: d }", "{ filter: a }", "{ filter: c }"], order: ["a", "c", "d"]),
            Order(entries: ["{ filter: a }", "{ filter: b }", "{ filter: d, before: a }"], order: ["d", "a", "b"]),
            Order(entries: ["{ filter: a }", "{ filter: b }", "{ filter: d, before: [b] }"], order: ["a", "d", "b"]),
            Order(entries: ["{ filter: a, after: c }", "{ filter: b }", "{ filter: c }"], order: ["b", "c", "a"]),
            Order(
                entries: ["{ filter: a, after: b, before: c }", "{ filter: b }", "{ filter: c }"],
                order: ["b", "a", "c"]
            ),
            Order(entries: ["{ filter: a, before: c }", "{ filter: c }"], order: ["a", "c"]),
            // Both say the same.
            Order(entries: ["{ filter: d, before: c }", "{ filter: c, after: d }"], order: ["d", "c"]),
            // One after the other.
            Order(
                entries: ["{ filter: d, before: c }", "{ filter: c, before: b }", "{ filter: a }", "{ filter: b }"],
                order: ["a", "d", "c", "b"]
            ),
            // Names of entries come before names of filters; a filter's name means all its entries.
            Order(
                entries: ["{ filter: b, name: x }", "{ filter: b, name: y, priority: 5 }", "{ filter: d, before: b }"],
                order: ["d", "x", "y"]
            ),
            Order(entries: ["{ filter: b, name: x }", "{ filter: a, after: x }"], order: ["x", "a"]),
            // What the phases say anyway.
            Order(
                entries: ["{ filter: log, after: auth }", "{ filter: auth, before: [log, cors] }", "{ filter: cors }"],
                order: ["auth", "cors", "log"]
            ),
        ]
    )
    func orders(_ order: Order) throws {
        let (configuration, issues) = self.load(order.entries)
        #expect(issues.isEmpty, "\(issues)")
        let loaded = try #require(configuration)
        #expect(loaded.filterOrder.order.map { loaded.filters[$0].name } == order.order)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let entries: [String]
        let message: String
        var testDescription: String { self.entries.joined(separator: " ") }
    }

    @Test(
        "what cannot be is an error with its place",
        arguments: [
            Mistake(
                entries: ["{ filter: a, before: cahe }", "{ filter: cache }"],
                message:
                    "g.yaml:4:26: filters[0] \"a\": before: no filter entry has the name \"cahe\", nor is one of that filter; "
                    + "did you mean \"cache\"?"
            ),
            Mistake(
                entries: ["{ filter: cors, before: auth }", "{ filter: auth }"],
                message:
                    "g.yaml:4:29: filters[0] \"cors\": before: cannot run before \"auth\": it is of phase AUTHZ, and \"auth\" "
                    + "of AUTHN, which runs earlier; give it \"phase: AUTHN\""
            ),
            Mistake(
                entries: ["{ filter: cors }", "{ filter: auth, after: [cors] }"],
                message:
                    "g.yaml:5:29: filters[1] \"auth\": after[0]: cannot run after \"cors\": it is of phase AUTHN, and \"cors\" "
                    + "of AUTHZ, which runs later; give it \"phase: AUTHZ\""
            ),
            Mistake(
                entries: ["{ filter: a, before: b }", "{ filter: b, before: [c] }", "{ filter: c, before: a }"],
                message:
                    "g.yaml:4:26: filters[0] \"a\": before: the entries wait for each other: \"a\" before \"b\" before \"c\" "
                    + "before \"a\"; leave one \"before\" or \"after\" of them out"
            ),
            Mistake(
                entries: ["{ filter: a }", "{ filter: b }", "{ filter: c, after: b, before: a }"],
                message:
                    "g.yaml:6:25: filters[2] \"c\": after: cannot run after \"b\" and before \"a\": \"a\" (priority 30) runs "
                    + "before \"b\" (20); change one of these priorities"
            ),
            Mistake(
                entries: ["{ filter: a, before: a }"],
                message: "g.yaml:4:26: filters[0] \"a\": before: found \"a\", which is this entry itself"
            ),
        ]
    )
    func mistakes(_ mistake: Mistake) {
        let (configuration, issues) = self.load(mistake.entries)
        #expect(configuration == nil)
        #expect(issues == [mistake.message])
    }

    @Test func aPriorityThatIsOverruledIsAWarning() {
        let (configuration, issues) = self.load(["{ filter: a, priority: 1, before: b }", "{ filter: b }"])
        #expect(configuration != nil)
        #expect(
            issues == [
                "g.yaml:4:5: warning: filters[0] \"a\": its priority 1 has no effect, because \"before\" or \"after\" put it elsewhere"
            ]
        )
    }

    @Test func equalPrioritiesThatAreOrderedByNamesAreNoDoubt() {
        let (_, doubtful) = self.load(["{ filter: a, priority: 5 }", "{ filter: b, priority: 5 }"])
        #expect(doubtful.count == 1)
        let (_, decided) = self.load(["{ filter: a, priority: 5 }", "{ filter: b, priority: 5, after: a }"])
        #expect(decided.isEmpty, "\(decided)")
    }
}
