import FilterAPI
import FilterRuntime
import FilterTesting
import Testing

/// What an entry's `config`, its rules and the routes' say come to.
@Suite struct FilterBuildingTests {
    private func header(_ filter: TestFilter, host: String = "a.test", route: TestRoute = TestRoute("r")) async throws
        -> String?
    {
        let gateway = try TestGateway(filters: [filter], routes: [route])
        return await gateway.send(TestRequest(authority: host)).headers["x-built"]
    }

    private let rule = TestRule(domains: ["b.test"], config: ["text": "rule"])

    @Test func withoutConfigTheDefaultsHold() async throws {
        #expect(try await self.header(.init(Built.self)) == "default 1 entry")
    }

    @Test func configAppliesEverywhereElse() async throws {
        let filter = TestFilter(Built.self, config: ["text": "own", "number": 2], matchRules: [self.rule])
        #expect(try await self.header(filter) == "own 2 entry with rules")
        #expect(try await self.header(filter, host: "b.test:8080") == "rule 1 rule")
    }

    @Test func rulesWithoutConfigSayWhereTheFilterRuns() async throws {
        let filter = TestFilter(Built.self, matchRules: [self.rule])
        #expect(try await self.header(filter) == nil)
        #expect(try await self.header(filter, host: "B.test") == "rule 1 rule")
    }

    @Test func rulesThatOnlyLeaveOutSayNothingAboutTheRest() async throws {
        let filter = TestFilter(Built.self, matchRules: [TestRule(domains: ["*.out.test"], disabled: true)])
        #expect(try await self.header(filter) == "default 1 entry")
        #expect(try await self.header(filter, host: "x.out.test") == nil)
        #expect(try await self.header(filter, host: "out.test") == "default 1 entry")
    }

    @Test func aRuleOfRuleKeysAloneStandsOnTheEntrysConfig() async throws {
        let filter = TestFilter(
            Built.self,
            config: ["text": "own", "number": 2],
            matchRules: [
                TestRule(domains: ["b.test"], config: ["number": 7]), TestRule(domains: ["c.test"]),
                TestRule(domains: ["d.test"], config: ["number": 7, "text": "rule"]),
            ]
        )
        #expect(try await self.header(filter, host: "b.test") == "own 7 rule")
        #expect(try await self.header(filter, host: "c.test") == "own 2 rule")
        #expect(try await self.header(filter, host: "d.test") == "rule 7 rule")
    }

    @Test func aRoutesSayComesBeforeTheRules() async throws {
        let filter = TestFilter(Built.self, matchRules: [self.rule])
        let said = TestRoute("r", filters: ["built": .config(["text": "route"])])
        #expect(try await self.header(filter, host: "b.test", route: said) == "route 1 rule")
        let disabled = TestRoute("r", filters: ["built": .disabled])
        #expect(try await self.header(filter, host: "b.test", route: disabled) == nil)
    }

    @Test func allMistakesAreToldAtOnce() {
        let issues = TestGateway.issues(
            of: Built.self,
            config: ["txt": "own", "number": "many"],
            matchRules: [TestRule(domains: ["b.test"], config: ["number": -3]), TestRule(config: ["text": "refused"])]
        )
        #expect(issues.count == 4)
        #expect(
            issues.contains { $0.contains(#"filters[0] "built": config: unknown key "txt"; did you mean "text"?"#) }
        )
        #expect(issues.contains { $0.contains("config.number") && $0.contains("\"many\"") })
        #expect(issues.contains { $0.contains("matchRules[0].config.number") })
        #expect(issues.contains { $0.contains("matchRules[1].config: this text is refused") })
        #expect(throws: TestConfigurationError.self) {
            try TestGateway(filters: [.init(Built.self, config: ["number": "many"])])
        }
    }
}

/// Says how it was built.
private final class Built: Filter, ResponseHeadHook {
    static let name = "built"
    static let summary = "Says how it was built."
    static let ruleKeys: Set<String> = ["number"]
    let text: String

    struct Configuration: FilterConfiguration {
        let text: String
        let number: Int

        init(_ fields: ConfigurationFields) {
            self.text = fields.string("text", default: "default", help: "A text.")
            self.number = fields.integer("number", default: 1, help: "A number.")
        }
    }

    struct Refused: Error, CustomStringConvertible {
        let description = "this text is refused"
    }

    init(_ configuration: Configuration, _ environment: FilterEnvironment) throws {
        guard configuration.text != "refused" else { throw Refused() }
        let scope =
            switch environment.scope {
            case .entry(hasRules: true): "entry with rules"
            case .entry(hasRules: false): "entry"
            case .rule: "rule"
            }
        self.text = "\(configuration.text) \(configuration.number) \(scope)"
    }

    func responseHead(_ stream: StreamContext) -> FilterAction {
        stream.response.headers["x-built"] = self.text
        return .continue
    }
}
