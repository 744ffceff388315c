import BundledFilters
import FilterAPI
import Foundation
import Gateway
import Testing

@Suite("Mistakes in filters for traffic have a place")
struct TrafficFilterMistakeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// The item of `filters`; a § stands before each mistake.
        let item: String
        /// What is said after the place, in the file's order.
        let messages: [String]

        init(_ item: String, _ messages: String...) {
            self.item = item
            self.messages = messages
        }

        var testDescription: String { self.item }
    }

    static let cases: [Case] = [
        Case(
            "filter: cors\n    config: { allow_origins: [§a.example], §alow_methods: [GET], max_age: §soon }",
            #"filters[0] "cors": config.allow_origins[0]: found no origin; expected SCHEME://HOST or SCHEME://HOST:PORT, without a path"#,
            #"filters[0] "cors": config: unknown key "alow_methods"; did you mean "allow_methods"?"#,
            #"filters[0] "cors": config.max_age: found "soon"; expected a duration such as 250ms, 5s, 2m or 1h (0s to 8760h; a bare number counts seconds)"#
        ),
        Case(
            "filter: cors\n    config:\n      allow_origins: ['*']\n      allow_credentials: §true",
            #"filters[0] "cors": config.allow_credentials: found true beside allow_origins "*", which browsers refuse; expected allow_origin_patterns"#
        ),
        Case(
            "filter: request-block\n    config: §{ blocked_code: 403 }",
            #"filters[0] "request-block": config: found nothing to block; expected at least one of block_urls, block_exact_urls, block_regexp_urls, block_headers, block_bodies"#
        ),
        Case(
            "filter: request-block\n    config:\n      block_regexp_urls:\n        - /a\n        - §'('\n      blocked_code: §teapot",
            #"filters[0] "request-block": config.block_regexp_urls[1]: expected a regular expression: missing ")""#,
            #"filters[0] "request-block": config.blocked_code: found "teapot"; expected a whole number (200 to 599)"#
        ),
        Case(
            "filter: bot-detect\n    config: { deny: §bot, allow: [a, §'[z'] }",
            #"filters[0] "bot-detect": config.deny: found a string; expected a list of strings"#,
            #"filters[0] "bot-detect": config.allow[1]: expected a regular expression: "#
        ),
        Case(
            "filter: custom-response\n    config: { headers: [x-a=1, §x-b], enable_on_status: [429, §often] }",
            #"filters[0] "custom-response": config.headers[1]: expected NAME=VALUE"#,
            #"filters[0] "custom-response": config.enable_on_status[1]: expected a whole number (200 to 599)"#
        ),
        Case(
            "filter: headers\n    config: { request: { remove: [§'a b'], §sett: { x: y } } }",
            #"filters[0] "headers": config.request.remove[0]: found "a b"; expected the name of a header field"#,
            #"filters[0] "headers": config.request: unknown key "sett"; did you mean "set"?"#
        ),
        Case(
            "filter: request-id\n    config: { header: §'x y' }",
            #"filters[0] "request-id": config.header: found "x y"; expected the name of a header field"#
        ),
        Case(
            "filter: compress\n    config: { encodings: [gzip, §gzipp], level: §0, contentTypes: [§image/png] }",
            #"filters[0] "compress": config.encodings[1]: unknown encoding "gzipp"; did you mean "gzip"?"#,
            #"filters[0] "compress": config.level: found "0"; expected a whole number (1 to 9)"#,
            #"filters[0] "compress": config.contentTypes[0]: images are compressed already"#
        ),
        Case(
            "filter: key-rate-limit\n    config:\n      limit_by_header: x\n      limit_keys:\n        - key: s3cret\n          query_per_second: §0\n        - §{ key: b }",
            #"filters[0] "key-rate-limit": config.limit_keys[0].query_per_second: found "0"; expected a whole number (1 to 10000000)"#,
            #"filters[0] "key-rate-limit": config.limit_keys[1]: found none of query_per_second, query_per_minute, query_per_hour, query_per_day; expected exactly one"#
        ),
        Case(
            "filter: key-rate-limit\n    config:\n      limit_by_per_ip: from-remote-addr\n      limit_keys:\n        - key: §10.0.0.0/40\n          query_per_day: 1",
            #"filters[0] "key-rate-limit": config.limit_keys[0].key: expected an address or a network such as 10.0.0.0/8"#
        ),
        Case(
            "filter: cluster-key-rate-limit\n    config:\n      rule_name: r\n      global_threshold: { query_per_second: 1 }\n      redis: { service_name: §my-redis }",
            #"filters[0] "cluster-key-rate-limit": config.redis.service_name: bad argument"#
        ),
        Case(
            "filter: cluster-key-rate-limit\n    config: §{ rule_name: r, redis: { service_name: up.static } }",
            #"filters[0] "cluster-key-rate-limit": config: found none of global_threshold, rule_items; expected exactly one"#
        ),
    ]

    @Test(arguments: cases)
    func places(_ example: Case) throws {
        let marked = """
            listeners: [{ name: http, address: "127.0.0.1:0" }]
            services: [{ name: up, type: static, domain: "127.0.0.1:9" }]
            routes: [{ name: all, service: up.static }]
            filters:
              - \(example.item)

            """
        var places: [String] = []
        for (number, line) in marked.components(separatedBy: "\n").enumerated() {
            for (count, part) in line.components(separatedBy: "§").dropLast().enumerated() {
                let before = line.components(separatedBy: "§")[..<count].reduce(0) { $0 + $1.count }
                places.append("test.yaml:\(number + 1):\(before + part.count + 1): ")
            }
        }
        let (plan, issues) = GatewayPlan.load(
            text: marked.replacing("§", with: ""),
            file: "test.yaml",
            registry: FilterRegistry(bundledFilters),
            surroundings: GatewayPlan.Surroundings(logger: CapturedLog().logger)
        )
        let said = issues.map(\.description).sorted()
        #expect(plan == nil && said.count == places.count, "\(said)")
        try #require(places.count == example.messages.count)
        for (place, message) in zip(places, example.messages) {
            #expect(
                said.contains { $0.hasPrefix(place + message) },
                "\(place)\(message)\n\(said.joined(separator: "\n"))"
            )
        }
        #expect(!said.contains { $0.contains("s3cret") })
    }
}
