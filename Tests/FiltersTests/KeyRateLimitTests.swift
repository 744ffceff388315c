import FilterAPI
import FilterTesting
import Foundation
import NIOCore
import Testing

@testable import BundledFilters

@Suite("key-rate-limit: what is counted")
struct KeyRateLimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let config: ConfigurationNode
        /// Requests and whether each passes.
        let requests: [(TestRequest, passes: Bool)]
    }

    private static func keys(_ by: String, _ name: String, _ keys: [(String, String, Int)]) -> ConfigurationNode {
        let place = SourcePosition(file: "<test>", line: 0, column: 0)
        let items = keys.map { key -> ConfigurationNode in
            let window = ConfigurationNode.Entry(key: key.1, keyPosition: place, value: .init(integerLiteral: key.2))
            let value = ConfigurationNode.Entry(key: "key", keyPosition: place, value: .init(stringLiteral: key.0))
            return ConfigurationNode(.mapping([value, window]), position: place)
        }
        return ConfigurationNode(
            .mapping([
                .init(key: by, keyPosition: place, value: .init(stringLiteral: name)),
                .init(key: "limit_keys", keyPosition: place, value: .init(.sequence(items), position: place)),
            ]),
            position: place
        )
    }

    private static func header(_ value: String, _ name: HeaderName = "x-ca-key") -> TestRequest {
        TestRequest(headers: [name: value])
    }

    private static func keyed(_ values: String...) -> TestRequest {
        var headers: HeaderFields = [:]
        for value in values { headers.add("x-ca-key", value) }
        return TestRequest(headers: headers)
    }

    private static func from(_ address: String) -> TestRequest {
        var request = TestRequest()
        request.clientAddress = address
        return request
    }

    static let cases: [Case] = [
        Case(
            testDescription: "a header field",
            config: keys(
                "limit_by_header",
                "X-Ca-Key",
                [("102234", "query_per_second", 2), ("b", "query_per_hour", 1)]
            ),
            requests: [
                (header("102234"), true), (header("102234"), true), (header("102234"), false), (header("b"), true),
                (header("b"), false), (header("unlisted"), true), (header("unlisted"), true), (TestRequest(), true),
                (header(""), true),
            ]
        ),
        Case(
            testDescription: "a query parameter",
            config: keys("limit_by_param", "apikey", [("a+b=", "query_per_minute", 1)]),
            requests: [
                (TestRequest(.get, "/?apikey=a%2Bb%3D"), true), (TestRequest(.get, "/?x=1&apikey=a+b="), false),
                (TestRequest(.get, "/?apikey=other"), true), (TestRequest(.get, "/?APIKEY=a+b="), true),
                (TestRequest(.get, "/?apikey=other&apikey=a+b="), false),
                (TestRequest(.get, "/?apikey=&apikey=a+b="), false),
            ]
        ),
        Case(
            testDescription: "a cookie",
            config: keys("limit_by_cookie", "key1", [("v", "query_per_day", 1)]),
            requests: [
                (header("key1=v", "cookie"), true), (header("a=b; key1=v", "cookie"), false),
                (header("xkey1=v; key1=w", "cookie"), true), (header("a=b;key1=v;c=d", "cookie"), false),
                (header("key1=w; key1=v", "cookie"), false), (header("key1=; key1=v", "cookie"), false),
            ]
        ),
        Case(
            testDescription: "a listed value wherever it stands among several",
            config: keys("limit_by_header", "x-ca-key", [("a", "query_per_day", 2), ("b", "query_per_day", 1)]),
            requests: [
                (keyed("junk", "a"), true), (keyed("", "a"), true), (keyed("a"), false), (keyed("junk", "a"), false),
                (keyed("b", "a"), true), (keyed("b", "a"), false), (keyed("junk", "other"), true),
            ]
        ),
        Case(
            testDescription: "the first of several values that is not empty",
            config: keys("limit_by_per_header", "x-ca-key", [("*", "query_per_day", 1)]),
            requests: [
                (keyed("", "b"), true), (keyed("b"), false), (keyed("", "b"), false), (keyed("c", "b"), true),
                (keyed("", ""), true),
            ]
        ),
        Case(
            testDescription: "the name * without per is the value *",
            config: keys("limit_by_header", "x-ca-key", [("*", "query_per_day", 1)]),
            requests: [(header("a"), true), (header("a"), true), (header("*"), true), (header("*"), false)]
        ),
        Case(
            testDescription: "each value of a field on its own",
            config: keys(
                "limit_by_per_header",
                "x-ca-key",
                [("regexp:^a", "query_per_day", 1), ("*", "query_per_day", 2)]
            ),
            requests: [
                (header("a1"), true), (header("a2"), true), (header("a1"), false), (header("b"), true),
                (header("b"), true), (header("b"), false), (header("c"), true), (TestRequest(), true),
            ]
        ),
        Case(
            testDescription: "each value of a parameter",
            config: keys("limit_by_per_param", "k", [("regexp:^d.*", "query_per_day", 1)]),
            requests: [
                (TestRequest(.get, "/?k=d1"), true), (TestRequest(.get, "/?k=d1"), false),
                (TestRequest(.get, "/?k=d2"), true), (TestRequest(.get, "/?k=e"), true),
                (TestRequest(.get, "/?k=e"), true),
            ]
        ),
        Case(
            testDescription: "each address of a network, the first network that holds it",
            config: keys(
                "limit_by_per_ip",
                "from-remote-addr",
                [("10.0.0.1", "query_per_day", 1), ("10.0.0.0/8", "query_per_day", 2), ("::/0", "query_per_day", 1)]
            ),
            requests: [
                (from("10.0.0.1"), true), (from("10.0.0.1"), false), (from("10.0.0.2"), true), (from("10.0.0.3"), true),
                (from("10.0.0.2"), true), (from("10.0.0.2"), false), (from("2001:db8::1"), true),
                (from("2001:db8::1"), false), (from("192.0.2.1"), true), (from("192.0.2.1"), true),
            ]
        ),
        Case(
            testDescription: "the first address of a header field, with or without a port",
            config: keys("limit_by_per_ip", "from-header-x-real-ip", [("0.0.0.0/0", "query_per_day", 1)]),
            requests: [
                (header("10.0.0.1, 10.9.9.9", "x-real-ip"), true), (header("10.0.0.1:4711", "x-real-ip"), false),
                (header("::ffff:10.0.0.1", "x-real-ip"), false), (header("10.0.0.2", "x-real-ip"), true),
                (header("nonsense", "x-real-ip"), true), (header("nonsense", "x-real-ip"), true),
            ]
        ),
        Case(
            testDescription: "with x-forwarded-for the client's address, whatever stands first there",
            config: keys("limit_by_per_ip", "from-header-X-Forwarded-For", [("0.0.0.0/0", "query_per_day", 1)]),
            requests: [
                (header("10.0.0.1, 203.0.113.7", "x-forwarded-for"), true),
                (header("10.0.0.2, 203.0.113.7", "x-forwarded-for"), false), (TestRequest(), false),
                (from("203.0.113.8"), true),
            ]
        ),
    ]

    @Test(arguments: cases)
    func requests(_ example: Case) async throws {
        let gateway = try TestGateway(filters: [.init(KeyRateLimit.self, config: example.config)])
        for (index, (request, passes)) in example.requests.enumerated() {
            let response = await gateway.send(request)
            #expect(response.status == (passes ? 200 : 429), "request \(index)")
        }
        #expect(gateway.upstreamRequests.count == example.requests.count { $0.passes })
    }

    @Test(arguments: ["limit_by_consumer", "limit_by_per_consumer"])
    func consumersAreThoseThatWereAuthenticated(_ by: String) async throws {
        let key = by == "limit_by_consumer" ? "alice" : "regexp:^ali"
        let gateway = try TestGateway(
            filters: [
                .init(
                    KeyAuth.self,
                    config: ["consumers": [["name": "alice", "credential": "a"], ["name": "bob", "credential": "b"]]]
                ),
                .init(KeyRateLimit.self, config: Self.keys(by, "", [(key, "query_per_minute", 1)])),
            ]
        )
        for (credential, status) in [("a", 200), ("a", 429), ("b", 200), ("b", 200)] {
            #expect(await gateway.send(TestRequest(headers: ["x-api-key": credential])).status == status)
        }
    }

    @Test func theAnswerSaysWhenToComeAgain() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(KeyRateLimit.self, config: Self.keys("limit_by_header", "x-k", [("a", "query_per_minute", 1)]))
            ]
        )
        _ = await gateway.send(Self.header("a", "x-k"))
        await gateway.advance(by: .seconds(20))
        let response = await gateway.send(Self.header("a", "x-k"))
        #expect(response.status == 429 && response.text == "Too many requests")
        #expect(response.headers[.retryAfter] == "40" && response.details == "key-rate-limit.rejected")
        let counter = gateway.metrics.counter("rate_limit_rejections_total", "", labels: [("filter", "key-rate-limit")])
        #expect(counter.value == 1)
    }

    @Test func theWindowsFollowEachOther() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(KeyRateLimit.self, config: Self.keys("limit_by_header", "x-k", [("a", "query_per_second", 3)]))
            ]
        )
        var passed = 0
        // Fifty requests in each of ten seconds.
        for _ in 0..<500 {
            if await gateway.send(Self.header("a", "x-k")).status == 200 { passed += 1 }
            await gateway.advance(by: .milliseconds(20))
        }
        #expect(passed == 30)
    }

    @Test(
        arguments: [
            (["limit_keys": [["key": "a", "query_per_second": 1]]], "found none of limit_by_header, limit_by_param,"),
            (
                ["limit_by_header": "a", "limit_by_param": "b", "limit_keys": [["key": "a", "query_per_second": 1]]],
                "found limit_by_header and limit_by_param; expected exactly one of them"
            ),
            (["limit_by_header": "x"], #"missing key "limit_keys""#),
            (["limit_by_header": "x", "limit_keys": []], "found an empty list; expected at least one mapping"),
            (
                ["limit_by_header": "x y", "limit_keys": [["key": "a", "query_per_second": 1]]],
                "expected the name of a header"
            ),
            (
                ["limit_by_param": "", "limit_keys": [["key": "a", "query_per_second": 1]]],
                "found an empty text; expected a name"
            ),
            (["limit_by_header": "x", "limit_keys": [["query_per_second": 1]]], #"missing key "key""#),
            (
                ["limit_by_header": "x", "limit_keys": [["key": "a"]]],
                "found none of query_per_second, query_per_minute,"
            ),
            (
                ["limit_by_header": "x", "limit_keys": [["key": "a", "query_per_second": 1, "query_per_day": 1]]],
                "found query_per_second and query_per_day; expected exactly one of them"
            ),
            (
                ["limit_by_header": "x", "limit_keys": [["key": "a", "query_per_second": 0]]],
                "expected a whole number (1 to 10000000)"
            ),
            (
                [
                    "limit_by_header": "x",
                    "limit_keys": [["key": "s3cret", "query_per_day": 1], ["key": "s3cret", "query_per_day": 2]],
                ],
                "found a key that an earlier item has; expected each key once"
            ),
            (
                ["limit_by_per_header": "x", "limit_keys": [["key": "s3cret", "query_per_day": 1]]],
                #"expected "*" or regexp:PATTERN beside limit_by_per_header"#
            ),
            (
                ["limit_by_per_header": "x", "limit_keys": [["key": "regexp:(", "query_per_day": 1]]],
                "expected a regular expression: "
            ),
            (
                ["limit_by_per_ip": "from-remote-addr", "limit_keys": [["key": "10.0.0.0/33", "query_per_day": 1]]],
                "expected an address or a network such as 10.0.0.0/8"
            ),
            (
                ["limit_by_per_ip": "x-forwarded-for", "limit_keys": [["key": "10.0.0.0/8", "query_per_day": 1]]],
                "expected from-remote-addr or from-header-NAME"
            ),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: KeyRateLimit.self, config: config)
        #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
        #expect(!found.contains { $0.contains("s3cret") })
    }
}

@Suite("key-rate-limit: counting")
struct KeyRateLimitCountTests {
    private let limit = RateLimit(count: 2, window: .second)

    @Test func aWindowBeginsWithTheFirstRequest() {
        var count = RateCount(bits: 0)
        for (now, isAllowed, wait) in [
            (700, true, 1000), (1500, true, 200), (1600, false, 100), (1699, false, 1), (1700, true, 1000),
            (1700, true, 1000), (2699, false, 1), (10_000, true, 1000),
        ] as [(UInt64, Bool, UInt64)] {
            let decision = count.take(at: now, self.limit)
            #expect(decision.isAllowed == isAllowed && decision.wait == wait, "at \(now)")
            count = decision.count
        }
    }

    @Test func aClockThatIsALittleBehindChangesNothing() {
        let first = RateCount(bits: 0).take(at: 1000, self.limit)
        let second = first.count.take(at: 998, self.limit)
        #expect(second.isAllowed && second.count.start == 1000 && second.wait == 1002)
        #expect(!second.count.take(at: 1001, self.limit).isAllowed)
    }

    @Test func theGreatestCountFits() {
        let limit = RateLimit(count: RateLimit.greatestCount, window: .day)
        var count = RateCount(bits: (5 + 1) << 24 | UInt64(RateLimit.greatestCount - 1))
        count = count.take(at: 5, limit).count
        #expect(count.used == UInt64(RateLimit.greatestCount) && count.start == 5)
        #expect(!count.take(at: 6, limit).isAllowed)
    }

    @Test func manyThreadsTogetherGetExactlyTheLimit() async {
        let counter = RateCounter()
        let limit = RateLimit(count: 10_000, window: .day)
        let passed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<5000).count { _ in counter.take(at: 1, limit).isAllowed } }
            }
            return await group.reduce(0, +)
        }
        #expect(passed == 10_000)
    }

    @Test func aTableOfAnySizeForgetsTheLeastFirst() {
        let limit = RateLimit(count: 100, window: .hour)
        let table = RateTable(capacity: 512, longestWindow: limit.milliseconds)
        let heavy: UInt64 = 0x1234_5678_9ABC_DEF0
        for _ in 0..<100 { #expect(table.take(heavy, at: 1, limit).isAllowed) }
        // A hundred thousand others with a request each.
        var generator = SeededKeys(state: 2)
        for _ in 0..<100_000 { _ = table.take(generator.next(), at: 2, limit) }
        #expect(!table.take(heavy, at: 3, limit).isAllowed)
        #expect(table.take(heavy, at: limit.milliseconds + 5, limit).isAllowed)
    }

    @Test func aTableTellsItsKeysApart() {
        let limit = RateLimit(count: 1, window: .hour)
        let table = RateTable(capacity: 1 << 16, longestWindow: limit.milliseconds)
        var generator = SeededKeys(state: 1)
        let keys = (0..<10_000).map { _ in generator.next() }
        #expect(keys.count { table.take($0, at: 1, limit).isAllowed } == keys.count)
        #expect(keys.count { table.take($0, at: 1, limit).isAllowed } < 10)
    }
}

/// Keys that are spread as hashes are, the same in each run.
private struct SeededKeys {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
