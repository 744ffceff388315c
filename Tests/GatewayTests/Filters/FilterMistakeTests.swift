import BundledFilters
import FilterAPI
import Gateway
import Logging
import Testing

@Suite("Mistakes in the configuration of filters stand at their place")
struct FilterMistakeTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let filter: String
        /// The lines of `config`, from line 7 on, each after six blanks.
        let config: [String]
        /// What is said after `gateway.yaml:`.
        let expected: String
        var testDescription: String { "\(self.filter): \(self.config)" }

        init(_ filter: String, _ config: [String], _ expected: String) {
            self.filter = filter
            self.config = config
            self.expected = expected
        }
    }

    static let mistakes: [Mistake] = [
        Mistake(
            "transformer",
            ["reroute: true"],
            #"7:7: filters[0] "transformer": config: missing key "reqRules" or "respRules""#
        ),
        Mistake(
            "transformer",
            ["reqRule: []"],
            #"7:7: filters[0] "transformer": config: unknown key "reqRule"; did you mean "reqRules"?"#
        ),
        Mistake(
            "transformer",
            ["reqRules:", "  - operate: renam", "    headers: [{ oldKey: a, newKey: b }]"],
            #"8:20: filters[0] "transformer": config.reqRules[0] "renam": operate: found "renam"; expected one of remove, rename, replace, add, append, map, dedupe; did you mean "rename"?"#
        ),
        Mistake(
            "transformer",
            ["reqRules:", "  - operate: add", "    body:", "      - { key: a, value: x, value_type: number }"],
            #"10:32: filters[0] "transformer": config.reqRules[0] "add": body[0].value: found a value of another kind; expected a number as JSON writes it, because value_type is number"#
        ),
        Mistake(
            "transformer",
            ["respRules:", "  - operate: replace", "    headers: [{ key: a, newValue: b, path_pattern: '(' }]"],
            #"9:58: filters[0] "transformer": config.respRules[0] "replace": headers[0].path_pattern: found "("; expected a regular expression"#
        ),
        Mistake(
            "log-request-response",
            ["request: { body: { enabled: true, maxsize: 5 } }"],
            #"7:41: filters[0] "log-request-response": config.request.body: unknown key "maxsize"; did you mean "maxSize"?"#
        ),
        Mistake(
            "request-validation",
            ["body_schema:", "  properties:", "    a: { type: strin }"],
            #"9:22: filters[0] "request-validation": config.body_schema.properties.a.type: found "strin"; expected one of array, boolean, integer, null, number, object, string; did you mean "string"?"#
        ),
        Mistake(
            "request-validation",
            ["body_schema:", "  $ref: '#/definitions/a'"],
            #"8:15: filters[0] "request-validation": config.body_schema.$ref: found a reference to what is not there"#
        ),
        Mistake(
            "request-validation",
            ["header_schema: { pattern: '[' }"],
            #"7:33: filters[0] "request-validation": config.header_schema.pattern: found "["; expected a regular expression"#
        ),
        Mistake(
            "model-router",
            ["modelToHeader: x y"],
            #"7:22: filters[0] "model-router": config.modelToHeader: found "x y"; expected the name of a header field"#
        ),
        Mistake(
            "model-mapper",
            ["modelMapping: [a]"],
            #"7:21: filters[0] "model-mapper": config.modelMapping: found a list; expected a mapping of names to strings"#
        ),
        Mistake(
            "ai-prompt-template",
            ["templates:", "  - name: a", "    template: x"],
            #"9:21: filters[0] "ai-prompt-template": config.templates[0] "a": template: expected a mapping: the body of a request"#
        ),
        Mistake(
            "ai-prompt-decorator",
            ["replace:", "  - pattern: a"],
            #"8:11: filters[0] "ai-prompt-decorator": config.replace[0] "a": missing key "replacement" (string)"#
        ),
        Mistake(
            "ai-statistics",
            ["attributes:", "  - key: x", "    value_source: body"],
            #"9:25: filters[0] "ai-statistics": config.attributes[0] "x": value_source: found "body"; expected one of fixed_value"#
        ),
        Mistake(
            "ai-quota",
            ["admin_consumer: a", "redis: { service_name: my-redis }"],
            #"8:30: filters[0] "ai-quota": config.redis.service_name: "#
        ),
        Mistake(
            "ai-token-ratelimit",
            ["rule_name: r", "redis: { service_name: store.static }", "global_threshold: { token_per_minutes: 5 }"],
            #"9:27: filters[0] "ai-token-ratelimit": config.global_threshold: unknown key "token_per_minutes"; did you mean "token_per_minute"?"#
        ),
        Mistake(
            "ai-history",
            ["fillHistoryCnt: 0", "redis: { serviceName: store.static }"],
            #"7:23: filters[0] "ai-history": config.fillHistoryCnt: found "0"; expected a whole number (1 to 100)"#
        ),
    ]

    @Test(arguments: mistakes)
    func aMistakeStandsAtItsPlace(_ mistake: Mistake) {
        let text = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: store, type: static, domain: "127.0.0.1:9" }]
            routes: [{ name: all, service: store.static }]
            filters:
              - filter: \(mistake.filter)
                config:
            \(mistake.config.map { "      \($0)" }.joined(separator: "\n"))
            """
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (plan, issues) = GatewayPlan.load(
            text: text,
            file: "gateway.yaml",
            registry: FilterRegistry(bundledFilters),
            surroundings: GatewayPlan.Surroundings(logger: logger)
        )
        #expect(plan == nil)
        let found = issues.map(\.description)
        #expect(found.contains { $0.hasPrefix("gateway.yaml:\(mistake.expected)") }, "\(found.joined(separator: "\n"))")
    }
}
