import FilterAPI
import FilterTesting
import NIOCore
import Testing

@testable import BundledFilters

@Suite struct TransformerHeaderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rule: ConfigurationNode
        var path = "/get"
        let headers: HeaderFields
        /// The values of `x-a`, `x-b` and `x-c` that the upstream receives.
        let expected: [[String]]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "remove takes all of a name, in any case",
            rule: ["operate": "remove", "headers": [["key": "X-A"]]],
            headers: ["x-a": "1", "X-a": "2", "x-b": "3"],
            expected: [[], ["3"], []]
        ),
        Case(
            testDescription: "remove of what is not there",
            rule: ["operate": "remove", "headers": [["key": "x-c"]]],
            headers: ["x-a": "1"],
            expected: [["1"], [], []]
        ),
        Case(
            testDescription: "rename adds to the values of the new name",
            rule: ["operate": "rename", "headers": [["oldKey": "X-A", "newKey": "X-B"]]],
            headers: ["x-a": "1", "x-b": "0", "x-a": "2"],
            expected: [[], ["0", "1", "2"], []]
        ),
        Case(
            testDescription: "rename to the same name",
            rule: ["operate": "rename", "headers": [["oldKey": "X-A", "newKey": "x-a"]]],
            headers: ["x-a": "1"],
            expected: [["1"], [], []]
        ),
        Case(
            testDescription: "rename of what is not there",
            rule: ["operate": "rename", "headers": [["oldKey": "x-c", "newKey": "x-b"]]],
            headers: ["x-b": "0"],
            expected: [[], ["0"], []]
        ),
        Case(
            testDescription: "replace leaves one value",
            rule: ["operate": "replace", "headers": [["key": "x-a", "newValue": "new"]]],
            headers: ["x-a": "1", "x-a": "2"],
            expected: [["new"], [], []]
        ),
        Case(
            testDescription: "replace of what is not there adds it",
            rule: ["operate": "replace", "headers": [["key": "x-a", "newValue": "new"]]],
            headers: [:],
            expected: [["new"], [], []]
        ),
        Case(
            testDescription: "add leaves what is there",
            rule: ["operate": "add", "headers": [["key": "x-a", "value": "v"], ["key": "x-b", "value": "v"]]],
            headers: ["x-a": ""],
            expected: [[""], ["v"], []]
        ),
        Case(
            testDescription: "append gives one more value",
            rule: [
                "operate": "append",
                "headers": [["key": "x-a", "appendValue": "2"], ["key": "x-b", "appendValue": "1"]],
            ],
            headers: ["x-a": "1"],
            expected: [["1", "2"], ["1"], []]
        ),
        Case(
            testDescription: "map takes all values and keeps them where they are",
            rule: [
                "operate": "map",
                "headers": [["fromKey": "X-A", "toKey": "X-B"], ["fromKey": "x-none", "toKey": "x-a"]],
            ],
            headers: ["x-a": "1", "x-a": "2", "x-b": "0"],
            expected: [["1", "2"], ["1", "2"], []]
        ),
        Case(
            testDescription: "map takes from the query",
            rule: ["operate": "map", "mapSource": "querys", "headers": [["fromKey": "q", "toKey": "x-a"]]],
            path: "/get?q=a%20b&q=c",
            headers: [:],
            expected: [["a b", "c"], [], []]
        ),
        Case(
            testDescription: "map takes from the head",
            rule: [
                "operate": "map",
                "headers": [
                    ["fromKey": ":path", "toKey": "x-a"], ["fromKey": ":method", "toKey": "x-b"],
                    ["fromKey": "Host", "toKey": "x-c"],
                ],
            ],
            path: "/get?q=1",
            headers: [:],
            expected: [["/get?q=1"], ["GET"], ["foo.bar.com"]]
        ),
        Case(
            testDescription: "dedupe by each strategy",
            rule: [
                "operate": "dedupe",
                "headers": [
                    ["key": "x-a", "strategy": "RETAIN_FIRST"], ["key": "x-b", "strategy": "RETAIN_LAST"],
                    ["key": "x-c", "strategy": "RETAIN_UNIQUE"],
                ],
            ],
            headers: [
                "x-a": "1", "x-b": "1", "x-c": "1", "x-a": "2", "x-b": "2", "x-c": "2", "x-c": "1", "x-c": "3",
                "x-c": "3",
            ],
            expected: [["1"], ["2"], ["1", "2", "3"]]
        ),
        Case(
            testDescription: "dedupe without a strategy keeps the first",
            rule: ["operate": "dedupe", "headers": [["key": "x-a"]]],
            headers: ["x-a": "1", "x-a": "2"],
            expected: [["1"], [], []]
        ),
        Case(
            testDescription: "dedupe splits at commas",
            rule: [
                "operate": "dedupe",
                "headers": [
                    ["key": "x-a", "strategy": "SPLIT_AND_RETAIN_FIRST"],
                    ["key": "x-b", "strategy": "SPLIT_AND_RETAIN_LAST"],
                ],
            ],
            headers: ["x-a": "1,2,3", "x-b": "1,2,3"],
            expected: [["1"], ["3"], []]
        ),
        Case(
            testDescription: "a pattern over the host",
            rule: ["operate": "add", "headers": [["key": "x-a", "value": "host-$1", "host_pattern": "^(.*)\\.com$"]]],
            headers: [:],
            expected: [["host-foo.bar"], [], []]
        ),
        Case(
            testDescription: "a pattern over the path, written as the reference's page writes it",
            rule: [
                "operate": "append",
                "headers": [["key": "x-a", "appendValue": "path-\\$1", "path_pattern": "^.*?\\/(\\w+)[\\?]{0,1}.*$"]],
            ],
            path: "/get?k=1",
            headers: ["x-a": "0"],
            expected: [["0", "path-get"], [], []]
        ),
        Case(
            testDescription: "the pattern over the host counts when both are there",
            rule: [
                "operate": "replace",
                "headers": [["key": "x-a", "newValue": "<$0>", "host_pattern": "foo", "path_pattern": "get"]],
            ],
            headers: [:],
            expected: [["<foo>.bar.com"], [], []]
        ),
        Case(
            testDescription: "a pattern that does not match leaves the value as it is",
            rule: ["operate": "replace", "headers": [["key": "x-a", "newValue": "$1", "host_pattern": "^(x+)$"]]],
            headers: [:],
            expected: [["$1"], [], []]
        ),
    ]

    @Test(arguments: cases)
    func aRuleChangesTheRequest(_ example: Case) async throws {
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: ["reqRules": [example.rule]])])
        await gateway.send(TestRequest(.get, example.path, authority: "foo.bar.com", headers: example.headers))
        let request = try #require(gateway.upstreamRequests.first)
        #expect((["x-a", "x-b", "x-c"] as [HeaderName]).map { request.headers.values(of: $0) } == example.expected)
        #expect(gateway.isIdle)
    }

    @Test func rulesRunInTheOrderOfTheFile() async throws {
        let rules: ConfigurationNode = [
            ["operate": "dedupe", "headers": [["key": "x-a", "strategy": "RETAIN_LAST"]]],
            ["operate": "append", "headers": [["key": "x-a", "appendValue": "z"]]],
            ["operate": "map", "headers": [["fromKey": "x-a", "toKey": "x-b"]]],
            ["operate": "remove", "headers": [["key": "x-a"]]],
        ]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: ["reqRules": rules])])
        await gateway.send(TestRequest(headers: ["x-a": "1", "x-a": "2"]))
        #expect(gateway.upstreamRequests[0].headers.values(of: "x-b") == ["2", "z"])
        #expect(!gateway.upstreamRequests[0].headers.contains("x-a"))
    }

    @Test func theHostCanBeSet() async throws {
        let rule: ConfigurationNode = ["operate": "replace", "headers": [["key": "Host", "newValue": "other.test"]]]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: ["reqRules": [rule]])])
        await gateway.send(TestRequest())
        #expect(gateway.upstreamRequests[0].headers.values(of: .host) == ["other.test"])
    }

    @Test(arguments: [true, false])
    func aChangedRequestGetsItsRouteAnewUnlessToldNotTo(reroutes: Bool) async throws {
        let config: ConfigurationNode = [
            "reroute": .init(booleanLiteral: reroutes),
            "reqRules": [["operate": "replace", "headers": [["key": "host", "newValue": "b.test"]]]],
        ]
        let gateway = try TestGateway(
            filters: [.init(Transformer.self, config: config)],
            routes: [TestRoute("b", host: "b.test", service: "b.static"), TestRoute("default")]
        )
        let response = await gateway.send(TestRequest())
        #expect(response.route == (reroutes ? "b" : "default"))
    }

    @Test func responsesAreChangedToo() async throws {
        let rules: ConfigurationNode = [
            ["operate": "remove", "headers": [["key": "x-a"]]],
            ["operate": "add", "headers": [["key": "x-b", "value": "$1!", "path_pattern": "^/([a-z]+)$"]]],
        ]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: ["respRules": rules])]) { _ in
            TestResponse(status: 200, headers: ["x-a": "1"], body: "text")
        }
        let response = await gateway.send(TestRequest(.get, "/who"))
        #expect(response.headers["x-a"] == nil && response.headers["x-b"] == "who!" && response.text == "text")
    }
}

@Suite struct TransformerQueryTests {
    @Test(
        arguments: [
            ("remove", [["key": "a"]], "/p?a=1&b=2&a=3", "/p?b=2"),
            ("remove", [["key": "a"]], "/p?a=1", "/p"),
            ("remove", [["key": "A"]], "/p?a=1", "/p?a=1"),
            ("rename", [["oldKey": "a", "newKey": "b"]], "/p?a=1&b=2&c=3", "/p?b=2&b=1&c=3"),
            ("replace", [["key": "a", "newValue": "x y&z"]], "/p?c=%7E&a=1&b&a=2", "/p?c=%7E&a=x%20y%26z&b"),
            ("replace", [["key": "a", "newValue": "1"]], "/p", "/p?a=1"),
            ("add", [["key": "a", "value": "1"], ["key": "b", "value": "1"]], "/p?b", "/p?b&a=1"),
            ("append", [["key": "a", "appendValue": "2"]], "/p?a=1&b=+", "/p?a=1&a=2&b=+"),
            ("map", [["fromKey": "a", "toKey": "b"]], "/p?a=%C3%A4&a=2&b=0", "/p?a=%C3%A4&a=2&b=%C3%A4&b=2"),
            ("dedupe", [["key": "a", "strategy": "RETAIN_LAST"]], "/p?a=1&b=1&a=2", "/p?a=2&b=1"),
            ("dedupe", [["key": "a", "strategy": "RETAIN_UNIQUE"]], "/p?a=1&a=%31&a=2", "/p?a=1&a=2"),
        ] as [(String, ConfigurationNode, String, String)]
    )
    func aRuleChangesTheQuery(_ operate: String, _ items: ConfigurationNode, _ path: String, _ expected: String)
        async throws
    {
        let rule: ConfigurationNode = ["operate": .init(stringLiteral: operate), "querys": items]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: ["reqRules": [rule]])])
        await gateway.send(TestRequest(.get, path))
        #expect(gateway.upstreamRequests.map(\.path) == [expected])
    }
}

@Suite struct TransformerBodyTests {
    static let cases: [(String, ConfigurationNode, String, String)] = [
        (
            "remove", [["key": "a"]], #"{"a":1, "b":[1.0, 10000000000000000000001] ,"a":2}"#,
            #"{"b":[1.0,10000000000000000000001]}"#
        ),
        ("remove", [["key": "u.0"]], #"{"u":[{"x":1},{"y":2}]}"#, #"{"u":[{"y":2}]}"#),
        ("remove", [["key": "u.5"], ["key": "u.x"], ["key": "n.m"]], #"{"u":[1]}"#, #"{"u":[1]}"#),
        ("rename", [["oldKey": "a", "newKey": "b.c"]], #"{"a":"\u00e9\n"}"#, #"{"b":{"c":"\u00e9\n"}}"#),
        (
            "rename", [["oldKey": "u.0.123", "newKey": "u.0.first"]], #"{"u":[{"123":{"n":1}}]}"#,
            #"{"u":[{"first":{"n":1}}]}"#
        ),
        ("rename", [["oldKey": "no", "newKey": "b"]], #"{"a":1}"#, #"{"a":1}"#),
        ("replace", [["key": "a", "newValue": "t"]], #"{"a":1,"c":2,"a":3}"#, #"{"a":"t","c":2}"#),
        (
            "replace", [["key": "u.#.age", "newValue": "20", "value_type": "number"]],
            #"{"u":[{"age":1,"n":"a"},{"n":"b"},{"age":2}]}"#, #"{"u":[{"age":20,"n":"a"},{"n":"b"},{"age":20}]}"#
        ),
        ("replace", [["key": "a", "newValue": "1.00", "value_type": "number"]], "{}", #"{"a":1.00}"#),
        ("replace", [["key": "a", "newValue": "true", "value_type": "boolean"]], "{}", #"{"a":true}"#),
        ("replace", [["key": "a", "newValue": "{\"x\": [1]}", "value_type": "object"]], "{}", #"{"a":{"x":[1]}}"#),
        ("add", [["key": "foo.bar", "value": "v"]], "{}", #"{"foo":{"bar":"v"}}"#),
        ("add", [["key": "foo\\.bar", "value": "v"]], "{}", #"{"foo.bar":"v"}"#),
        ("add", [["key": "a", "value": "v"]], #"{"a":null}"#, #"{"a":null}"#),
        ("add", [["key": "a", "value": "say \"hi\""]], "{}", #"{"a":"say \"hi\""}"#),
        ("append", [["key": "a", "appendValue": "2"]], #"{"a":"1"}"#, #"{"a":["1","2"]}"#),
        ("append", [["key": "a", "appendValue": "2"]], #"{"a":[1,{}]}"#, #"{"a":[1,{},"2"]}"#),
        ("append", [["key": "a", "appendValue": "2"]], #"{"b":0}"#, #"{"b":0,"a":"2"}"#),
        ("map", [["fromKey": "a.b", "toKey": "c"]], #"{"a":{"b":1e2}}"#, #"{"a":{"b":1e2},"c":1e2}"#),
        (
            "map", [["fromKey": "u.#.n", "toKey": "names"]], #"{"u":[{"n":"x"},{"n":"y"}]}"#,
            #"{"u":[{"n":"x"},{"n":"y"}],"names":["x","y"]}"#
        ),
        ("dedupe", [["key": "a", "strategy": "RETAIN_FIRST"]], #"{"a":[3,2,1]}"#, #"{"a":3}"#),
        ("dedupe", [["key": "a", "strategy": "RETAIN_LAST"]], #"{"a":[3,2,{"x":1}]}"#, #"{"a":{"x":1}}"#),
        ("dedupe", [["key": "a", "strategy": "RETAIN_UNIQUE"]], #"{"a":["v1","v2","v1"]}"#, #"{"a":["v1","v2"]}"#),
        ("dedupe", [["key": "a", "strategy": "RETAIN_UNIQUE"]], #"{"a":["v1","v1"]}"#, #"{"a":"v1"}"#),
        ("dedupe", [["key": "a"]], #"{"a":[]}"#, #"{"a":[]}"#),
        ("dedupe", [["key": "a"]], #"{"a":"x"}"#, #"{"a":"x"}"#),
        ("remove", [["key": "\u{e4}"]], #"{"\u00e4":1,"b":2}"#, #"{"b":2}"#),
    ]

    @Test(arguments: cases, [Chunking.whole, .random(seed: 7)])
    func aRuleChangesJSONBothWays(
        _ example: (operate: String, items: ConfigurationNode, body: String, expected: String),
        _ chunking: Chunking
    ) async throws {
        let rule: ConfigurationNode = ["operate": .init(stringLiteral: example.operate), "body": example.items]
        let config: ConfigurationNode = ["reqRules": [rule], "respRules": [rule]]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: config)], chunking: chunking) { _ in
            TestResponse(status: 200, headers: ["content-type": "application/json; charset=utf-8"], body: example.body)
        }
        let response = await gateway.send(
            TestRequest(.post, "/", headers: ["content-type": "application/json"], body: example.body)
        )
        #expect(gateway.upstreamRequests.first?.text == example.expected)
        #expect(response.text == example.expected)
        #expect(
            response.headers[.contentLength] == nil
                || response.headers[.contentLength] == "\(example.expected.utf8.count)"
        )
        #expect(gateway.isIdle)
    }

    @Test func aFormIsChanged() async throws {
        let rules: ConfigurationNode = [
            ["operate": "remove", "body": [["key": "a1"]]],
            ["operate": "rename", "body": [["oldKey": "a2", "newKey": "a2-new"]]],
            ["operate": "replace", "body": [["key": "a3", "newValue": "t3-new"]]],
            ["operate": "append", "body": [["key": "a 4", "appendValue": "t4-$1", "host_pattern": "^(.*)\\.com$"]]],
            ["operate": "map", "body": [["fromKey": "a 4", "toKey": "a5"]]],
            ["operate": "map", "mapSource": "body", "headers": [["fromKey": "a 4", "toKey": "x-a4"]]],
        ]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: ["reqRules": rules])])
        await gateway.send(
            TestRequest(
                .post,
                "/",
                authority: "foo.com",
                headers: ["content-type": "application/x-www-form-urlencoded"],
                body: "a1=t1&a2=t2&a3=t3&keep=a+b&a+4=x+y"
            )
        )
        let request = try #require(gateway.upstreamRequests.first)
        #expect(
            request.text == "a3=t3-new&keep=a+b&a+4=x+y&a%204=t4-foo&a2-new=t2&a5=x%20y&a5=t4-foo"
        )
        #expect(request.headers.values(of: "x-a4") == ["x y"])
    }

    @Test(
        arguments: [
            (#"{"userId":12}"#, "userId", "12"), (#"{"u":[{"first":"Jane"}]}"#, "u.0.first", "Jane"),
            (#"{"u":[1,2]}"#, "u", "[1,2]"), (#"{"u":true}"#, "u", "true"), (#"{"u":null}"#, "u", nil),
            (#"{"u":""}"#, "u", nil), (#"{"m":[{"c":1},{"c":2}]}"#, "m.@reverse.0.c", "2"), ("not json", "u", nil),
            (#"{"u":"a\r\nx-evil: 1"}"#, "u", "a  x-evil: 1"),
        ] as [(String, String, String?)]
    )
    func aFieldTakesItsValueFromTheBody(_ body: String, _ from: String, _ expected: String?) async throws {
        let rule: ConfigurationNode = [
            "operate": "map", "mapSource": "body",
            "headers": [["fromKey": .init(stringLiteral: from), "toKey": "x-user-id"]],
        ]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: ["reqRules": [rule]])])
        await gateway.send(TestRequest(.post, headers: ["content-type": "application/json"], body: body))
        #expect(gateway.upstreamRequests.map { $0.headers["x-user-id"] } == [expected])
        #expect(gateway.upstreamRequests.first?.text == body, "the body stays byte for byte")
    }

    @Test(
        arguments: [
            ("application/json", "{\"a\":", nil), ("application/json", "", nil), ("application/json", "7", nil),
            ("text/plain", #"{"a":1}"#, nil), ("application/json", #"{"a":1}"#, "gzip"),
            ("multipart/form-data; boundary=x", "--x--", nil), ("application/json", "{\"a\": \"\u{7F}\", }", nil),
        ] as [(String, String, String?)]
    )
    func whatIsNotReadPassesUnchanged(_ type: String, _ body: String, _ coding: String?) async throws {
        let config: ConfigurationNode = [
            "reqRules": [
                ["operate": "remove", "body": [["key": "a"]]],
                ["operate": "add", "headers": [["key": "x-a", "value": "1"]]],
            ]
        ]
        var headers: HeaderFields = ["content-type": type]
        headers["content-encoding"] = coding
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: config)])
        await gateway.send(TestRequest(.post, headers: headers, body: body))
        #expect(gateway.upstreamRequests.map(\.text) == [body])
        #expect(gateway.upstreamRequests.first?.headers["x-a"] == "1", "the other rules still hold")
    }

    @Test func longBodiesAreRefused() async throws {
        let rule: ConfigurationNode = ["operate": "remove", "body": [["key": "a"]]]
        let config: ConfigurationNode = ["maxBodyBytes": 16, "reqRules": [rule], "respRules": [rule]]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: config)]) { _ in
            TestResponse(status: 200, headers: ["content-type": "application/json"], body: #"{"a":"0123456789"}"#)
        }
        let json: HeaderFields = ["content-type": "application/json"]
        #expect(await gateway.send(TestRequest(.post, headers: json, body: #"{"a":"0123456789"}"#)).status == 413)
        #expect(gateway.upstreamRequests.isEmpty)
        #expect(await gateway.send(TestRequest(.post, headers: json, body: #"{"a":1}"#)).status == 500)
        let upload = String(repeating: "x", count: 100)
        await gateway.send(TestRequest(.post, headers: ["content-type": "text/plain"], body: upload))
        #expect(gateway.upstreamRequests.last?.text == upload, "what no rule reads is as long as it likes")
    }

    @Test("nesting and branching are no way past a rule", arguments: UnreadJSON.allCases)
    func whatIsBeyondTheLimitsIsRefused(_ unread: UnreadJSON) async throws {
        let body = unread.text(with: #""a":1"#)
        let json: HeaderFields = ["content-type": "application/json"]
        let rule: ConfigurationNode = ["operate": "remove", "body": [["key": "a"]]]
        let onRequests = try TestGateway(filters: [.init(Transformer.self, config: ["reqRules": [rule]])])
        let request = await onRequests.send(TestRequest(.post, headers: json, body: body))
        #expect(request.status == 413 && request.details == "transformer.json_beyond_limits")
        #expect(onRequests.upstreamRequests.isEmpty && onRequests.isIdle)
        let onResponses = try TestGateway(filters: [.init(Transformer.self, config: ["respRules": [rule]])]) { _ in
            TestResponse(headers: json, body: body)
        }
        let response = await onResponses.send(TestRequest())
        #expect(response.status == 500 && response.details == "transformer.json_beyond_limits")
        #expect(!response.text.contains("[") && onResponses.isIdle)
        // Whom no rule asks for the body, that one does not mind.
        let headers: ConfigurationNode = ["operate": "remove", "headers": [["key": "x-a"]]]
        let onFields = try TestGateway(filters: [.init(Transformer.self, config: ["reqRules": [headers]])])
        await onFields.send(TestRequest(.post, headers: json, body: body))
        #expect(onFields.upstreamRequests.map(\.text) == [body])
    }

    @Test(
        arguments: [
            ("\u{FEFF}{\"a\":1,\"b\":2}", "application/json"), (#"{"a":1,"b":2}"#, "Text/JSON; charset=utf-8"),
        ]
    )
    func aByteOrderMarkAndAnOldTypeAreNoWayPast(_ body: String, _ type: String) async throws {
        let config: ConfigurationNode = ["reqRules": [["operate": "remove", "body": [["key": "a"]]]]]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: config)])
        await gateway.send(TestRequest(.post, headers: ["content-type": type], body: body))
        #expect(gateway.upstreamRequests.map(\.text) == [#"{"b":2}"#])
    }

    @Test func aFormOfVeryManyParametersIsRefused() async throws {
        let config: ConfigurationNode = ["reqRules": [["operate": "remove", "body": [["key": "a"]]]]]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: config)])
        let form: HeaderFields = ["content-type": "application/x-www-form-urlencoded"]
        let body = String(repeating: "a&", count: 10_001)
        let response = await gateway.send(TestRequest(.post, headers: form, body: body))
        #expect(response.status == 413 && response.details == "transformer.too_many_parameters")
    }

    @Test func answersAreAskedForUncompressedWhenTheirBodiesAreChanged() async throws {
        let rule: ConfigurationNode = ["operate": "remove", "body": [["key": "a"]]]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: ["respRules": [rule]])])
        await gateway.send(TestRequest(headers: ["accept-encoding": "gzip"]))
        #expect(gateway.upstreamRequests[0].headers[.acceptEncoding] == nil)
    }

    @Test func answersAreAskedForUncompressedWhenAFieldIsTakenFromThem() async throws {
        let rule: ConfigurationNode = [
            "operate": "map", "mapSource": "body", "headers": [["fromKey": "id", "toKey": "x-id"]],
        ]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: ["respRules": [rule]])]) { request in
            let isPlain = request.headers["accept-encoding"] == nil
            return TestResponse(
                headers: ["content-type": "application/json", "content-encoding": isPlain ? "identity" : "gzip"],
                body: isPlain ? #"{"id":7}"# : "packed"
            )
        }
        let response = await gateway.send(TestRequest(headers: ["accept-encoding": "gzip"]))
        #expect(response.headers["x-id"] == "7" && response.text == #"{"id":7}"#)
    }

    @Test(arguments: [HTTPMethod.head, .get])
    func answersWithoutABodyPass(_ method: HTTPMethod) async throws {
        let rules: ConfigurationNode = [
            ["operate": "remove", "body": [["key": "a"]]],
            ["operate": "add", "headers": [["key": "x-a", "value": "1"]]],
        ]
        let gateway = try TestGateway(filters: [.init(Transformer.self, config: ["respRules": rules])]) { _ in
            TestResponse(status: method == .head ? 200 : 204, headers: ["content-type": "application/json"])
        }
        let response = await gateway.send(TestRequest(method))
        #expect(response.headers["x-a"] == "1" && response.text.isEmpty && response.isComplete)
    }
}

@Suite struct TransformerConfigurationTests {
    @Test(
        arguments: [
            ([:], #"missing key "reqRules" or "respRules" (at least one list of rules)"#),
            (["reqRules": [["headers": [["key": "a"]]]]], #"missing key "operate""#),
            (
                ["reqRules": [["operate": "delete", "headers": [["key": "a"]]]]],
                "expected one of remove, rename, replace"
            ),
            (["reqRules": [["operate": "remove"]]], "found a rule without items; expected headers, querys or body"),
            (["reqRules": [["operate": "remove", "headers": [["name": "a"]]]]], #"missing key "key" (string)"#),
            (
                ["reqRules": [["operate": "remove", "headers": [["key": "a b"]]]]],
                "found a name that no header field can have"
            ),
            (
                ["reqRules": [["operate": "replace", "headers": [["key": ":path", "newValue": "/"]]]]],
                "found :path, which the gateway sets itself; expected another field"
            ),
            (["reqRules": [["operate": "rename", "querys": [["oldKey": "a"]]]]], #"missing key "newKey" (string)"#),
            (["reqRules": [["operate": "add", "querys": [["key": "a"]]]]], #"missing key "value" (string)"#),
            (
                [
                    "reqRules": [
                        ["operate": "map", "mapSource": "cookies", "headers": [["fromKey": "a", "toKey": "b"]]]
                    ]
                ],
                "expected one of headers, querys, body"
            ),
            (
                [
                    "respRules": [
                        ["operate": "map", "mapSource": "querys", "headers": [["fromKey": "a", "toKey": "b"]]]
                    ]
                ],
                "expected one of headers, body"
            ),
            (["respRules": [["operate": "remove", "querys": [["key": "a"]]]]], #"unknown key "querys""#),
            (
                ["reqRules": [["operate": "dedupe", "headers": [["key": "a", "strategy": "RETAIN_ALL"]]]]],
                "expected one of RETAIN_FIRST, RETAIN_LAST, RETAIN_UNIQUE"
            ),
            (
                ["reqRules": [["operate": "add", "body": [["key": "a", "value": "x", "value_type": "number"]]]]],
                "found a value of another kind; expected a number as JSON writes it"
            ),
            (
                ["reqRules": [["operate": "add", "body": [["key": "a", "value": "x", "value_type": "int"]]]]],
                "expected one of string, number, boolean, object"
            ),
            (["reqRules": [["operate": "remove", "body": [["key": "a.#.b"]]]]], "expected it in replace only"),
            (
                ["reqRules": [["operate": "add", "headers": [["key": "a", "value": "x", "host_pattern": "("]]]]],
                "expected a regular expression"
            ),
            (
                ["reqRules": [["operate": "add", "headers": [["key": "a", "value": "$2", "host_pattern": "(a)"]]]]],
                "found a text that is no replacement for the pattern"
            ),
            (["reqRules": [["operate": "remove", "headers": [["key": "a"]]]], "maxBodyBytes": 0], "expected a size"),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: Transformer.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
