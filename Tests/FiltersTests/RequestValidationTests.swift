import FilterAPI
import FilterTesting
import Foundation
import NIOCore
import Testing

@testable import BundledFilters

/// What a schema says about a text: `nil` when it fits.
private func violation(_ schema: ConfigurationNode, _ text: String, _ draft: SchemaReading.Draft = .seven) -> String? {
    let context = ConfigurationContext()
    let read = SchemaReading.schema(schema, at: .root, context, draft, foldsNames: false)
    #expect(context.issues.all.isEmpty, "\(context.issues.all)")
    guard let document = JSONDocument(ByteBuffer(string: text)) else { return "no JSON" }
    return SchemaEvaluation.violation(of: document, by: read)?.description
}

@Suite struct RequestValidationSchemaTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let schema: ConfigurationNode
        let fits: [String]
        let others: [String]

        init(_ description: String, _ schema: ConfigurationNode, fits: [String], others: [String]) {
            self.testDescription = description
            self.schema = schema
            self.fits = fits
            self.others = others
        }
    }

    static let cases: [Case] = [
        Case("an empty schema", [:], fits: ["1", "{}", "null"], others: []),
        Case("true", true, fits: ["1"], others: []),
        Case("false", false, fits: [], others: ["1"]),
        Case("type string", ["type": "string"], fits: [#""a""#], others: ["1", "null", "{}", "[]", "true"]),
        Case(
            "type integer",
            ["type": "integer"],
            fits: ["1", "1.0", "1e2", "-0", "123456789012345678901234567890"],
            others: ["1.5", "1e-1", #""1""#]
        ),
        Case("type number", ["type": "number"], fits: ["1", "1.5", "1e999"], others: [#""1""#]),
        Case("several types", ["type": ["object", "null"]], fits: ["{}", "null"], others: ["[]", "0"]),
        Case("type boolean", ["type": "boolean"], fits: ["true", "false"], others: ["0", "null"]),
        Case(
            "enum",
            ["enum": ["a", 1, true, ["x": [1]]]],
            fits: [#""a""#, "1", "1.0", "true", #"{ "x" : [1e0] }"#],
            others: [#""1""#, #""b""#, "false", #"{"x":[2]}"#]
        ),
        Case("const", ["const": ["a": 1, "b": 2]], fits: [#"{"b":2,"a":1}"#], others: [#"{"a":1}"#]),
        Case("multipleOf", ["multipleOf": 0.1], fits: ["0.3", "1", #""x""#, "0"], others: ["0.35", "1e999"]),
        Case(
            "maximum and minimum",
            ["minimum": 1, "maximum": 10],
            fits: ["1", "10", "5.5", "null"],
            others: ["0", "10.1", "1e999", "-1e999"]
        ),
        Case("exclusive limits", ["exclusiveMinimum": 1, "exclusiveMaximum": 2], fits: ["1.5"], others: ["1", "2"]),
        Case(
            "length counts characters",
            ["minLength": 2, "maxLength": 3],
            fits: [#""\u00e4\u00f6""#, #""äö😀""#],
            others: [#""a""#, #""abcd""#, #""\ud83d\ude00""#]
        ),
        Case("pattern is not anchored", ["pattern": "^[a-z]+1"], fits: [#""ab12""#, "5"], others: [#""1ab""#]),
        Case("items", ["items": ["type": "integer"]], fits: ["[]", "[1,2]", "{}"], others: [#"[1,"2"]"#]),
        Case(
            "items by place",
            ["items": [["type": "integer"], ["type": "string"]], "additionalItems": false],
            fits: ["[]", "[1]", #"[1,"a"]"#],
            others: [#"["a"]"#, #"[1,"a",2]"#]
        ),
        Case(
            "additionalItems without a list of items counts for nothing",
            ["additionalItems": false],
            fits: ["[1]"],
            others: []
        ),
        Case(
            "minItems, maxItems",
            ["minItems": 1, "maxItems": 2],
            fits: ["[1]", "[1,2]"],
            others: ["[]", "[1,2,3]"]
        ),
        Case(
            "uniqueItems",
            ["uniqueItems": true],
            fits: [#"[1,"1",{"a":1},[1]]"#],
            others: ["[1,1.0]", #"[{"a":1,"b":2},{"b":2,"a":1}]"#]
        ),
        Case("contains", ["contains": ["minimum": 5]], fits: ["[1,6]"], others: ["[]", "[1,2]"]),
        Case("required", ["required": ["a", "b"]], fits: [#"{"a":null,"b":1}"#, "[]"], others: [#"{"a":1}"#, "{}"]),
        Case(
            "properties",
            ["properties": ["a": ["type": "string"], "b": false]],
            fits: [#"{"a":"x","c":1}"#, "[]"],
            others: [#"{"a":1}"#, #"{"b":1}"#, #"{"a":"x","a":1}"#, #"{"\u0061":1}"#]
        ),
        Case(
            "patternProperties",
            ["patternProperties": ["^x-": ["type": "integer"]]],
            fits: [#"{"x-a":1,"y":"z"}"#],
            others: [#"{"x-a":"1"}"#]
        ),
        Case(
            "additionalProperties false",
            ["properties": ["a": true], "patternProperties": ["^b": true], "additionalProperties": false],
            fits: [#"{"a":1,"bb":2}"#],
            others: [#"{"a":1,"c":2}"#]
        ),
        Case(
            "additionalProperties as a schema",
            ["additionalProperties": ["type": "integer"]],
            fits: [#"{"a":1}"#],
            others: [#"{"a":"1"}"#]
        ),
        Case(
            "minProperties, maxProperties",
            ["minProperties": 1, "maxProperties": 1],
            fits: [#"{"a":1}"#],
            others: ["{}", #"{"a":1,"b":1}"#]
        ),
        Case("propertyNames", ["propertyNames": ["maxLength": 2]], fits: [#"{"ab":1}"#], others: [#"{"abc":1}"#]),
        Case(
            "dependencies",
            ["dependencies": ["a": ["b"], "c": ["required": ["d"]]]],
            fits: [#"{"a":1,"b":1}"#, #"{"c":1,"d":1}"#, "{}"],
            others: [#"{"a":1}"#, #"{"c":1}"#]
        ),
        Case("allOf", ["allOf": [["minimum": 1], ["maximum": 2]]], fits: ["1", "2"], others: ["0", "3"]),
        Case("anyOf", ["anyOf": [["type": "string"], ["minimum": 5]]], fits: [#""a""#, "6"], others: ["1"]),
        Case("oneOf", ["oneOf": [["minimum": 1], ["maximum": 5]]], fits: ["0", "6"], others: ["3"]),
        Case("not", ["not": ["type": "null"]], fits: ["0"], others: ["null"]),
        Case(
            "if, then, else",
            ["if": ["type": "string"], "then": ["minLength": 2], "else": ["minimum": 1]],
            fits: [#""ab""#, "1"],
            others: [#""a""#, "0"]
        ),
        Case(
            "a definition",
            ["$ref": "#/definitions/n", "definitions": ["n": ["type": "integer"]], "type": "string"],
            fits: ["1"],
            others: [#""a""#]
        ),
        Case(
            "a schema inside itself",
            ["properties": ["next": ["$ref": "#"], "v": ["type": "integer"]], "additionalProperties": false],
            fits: [#"{"v":1,"next":{"v":2,"next":{}}}"#],
            others: [#"{"next":{"next":{"v":"x"}}}"#, #"{"next":{"w":1}}"#]
        ),
        Case(
            "a reference to any place",
            ["properties": ["a": ["type": "integer"], "b~/c": ["$ref": "#/properties/a"]]],
            fits: [#"{"b~/c":1}"#],
            others: [#"{"b~/c":"1"}"#]
        ),
        Case(
            "annotations ask nothing",
            ["title": "t", "default": 5, "x-order": 1, "$comment": "c", "format": "money"],
            fits: ["null"],
            others: []
        ),
    ]

    @Test(arguments: cases)
    func keywords(_ example: Case) {
        for text in example.fits { #expect(violation(example.schema, text) == nil, "\(text)") }
        for text in example.others { #expect(violation(example.schema, text) != nil, "\(text)") }
    }

    @Test(
        arguments: [
            (
                "date-time", ["2026-01-31T23:59:60Z", "2024-02-29t00:00:00.5+01:30"],
                ["2026-02-29T00:00:00Z", "2026-01-01", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00"]
            ),
            ("date", ["2026-12-31"], ["2026-13-01", "26-01-01", "2026-1-1"]),
            ("time", ["10:00:00Z", "10:00:00.123-02:00"], ["10:00Z", "10:00:00", "25:00:00Z", "10:00:00.Z"]),
            ("email", ["a@b.c", "o'neil+x@example.com"], ["a", "@b", "a@", "a b@c.d", "a@-b"]),
            ("hostname", ["a", "a-b.example"], ["", "-a", "a..b", "a_b", "ä.de"]),
            ("ipv4", ["127.0.0.1"], ["256.1.1.1", "1.2.3", "::1"]),
            ("ipv6", ["::1", "2001:db8::1"], ["1.2.3.4", ":::"]),
            ("uri", ["https://a/b?c#d", "urn:x:y"], ["/a", "a b:c", "http://a/%zz"]),
            ("uri-reference", ["/a", "?x"], ["a b"]),
            ("uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567", "123e4567-e89b-12d3-a456-42661417400g"]),
            ("regex", ["^a+$"], ["("]), ("json-pointer", ["", "/a/~0~1"], ["a", "/~2"]),
        ] as [(String, [String], [String])]
    )
    func formats(_ format: String, _ fits: [String], _ others: [String]) {
        let schema: ConfigurationNode = ["format": .init(stringLiteral: format)]
        for text in fits { #expect(violation(schema, JSONTree.text(text).plain) == nil, "\(text)") }
        for text in others { #expect(violation(schema, JSONTree.text(text).plain) != nil, "\(text)") }
    }

    @Test(
        arguments: [
            (["properties": ["a": ["items": ["type": "string"]]]], #"{"a":["x",1]}"#, "at /a/1: expected string"),
            (["required": ["b"]], "{}", #"at the root: expected a member "b""#),
            (["properties": ["a/b~c": ["maximum": 3]]], #"{"a/b~c":4}"#, "at /a~1b~0c: expected at most 3"),
            (["additionalProperties": false], "{\"evil\\n\":1}", "at /evil\u{FFFD}: expected no member of this name"),
            (["enum": ["a", 2]], "3", #"at the root: expected one of "a", 2"#),
            (["minLength": 2], #""a""#, "at the root: expected a text of at least 2 characters"),
        ] as [(ConfigurationNode, String, String)]
    )
    func violationsNameThePlace(_ schema: ConfigurationNode, _ text: String, _ expected: String) {
        #expect(violation(schema, text) == expected)
    }

    /// Names that messages show alike are names all the same, wherever schemas stand by name.
    @Test(
        arguments: ["properties", "patternProperties", "dependencies", "definitions"],
        [
            (String(repeating: "p", count: 85) + "one", String(repeating: "p", count: 85) + "two"),
            ("a\u{1}", "a\u{2}"), ("a/b", "a~1b"), ("a%20b", "a b"),
        ]
    )
    func schemasOfAnyNamesAreKeptApart(_ keyword: String, _ names: (String, String)) throws {
        let place = SourcePosition(file: "<test>", line: 0, column: 0)
        func mapping(_ entries: [(String, ConfigurationNode)]) -> ConfigurationNode {
            ConfigurationNode(
                .mapping(entries.map { .init(key: $0.0, keyPosition: place, value: $0.1) }),
                position: place
            )
        }
        func text(_ first: String, _ second: String) throws -> String {
            let data = try JSONSerialization.data(withJSONObject: [names.0: first, names.1: second])
            return String(decoding: data, as: UTF8.self)
        }
        let long: ConfigurationNode = ["minLength": 2]
        let short: ConfigurationNode = ["maxLength": 1]
        var schema = mapping([(keyword, mapping([(names.0, long), (names.1, short)]))])
        switch keyword {
        case "dependencies":
            let first = mapping([("properties", mapping([(names.0, long)]))])
            let second = mapping([("properties", mapping([(names.1, short)]))])
            schema = mapping([(keyword, mapping([(names.0, first), (names.1, second)]))])
        case "definitions":
            func reference(_ name: String) -> ConfigurationNode {
                let pointer = "#/definitions/\(JSONSchema.pointerToken(name))"
                return mapping([("$ref", .init(stringLiteral: pointer))])
            }
            let members = mapping([(names.0, reference(names.0)), (names.1, reference(names.1))])
            let definitions = mapping([(names.0, long), (names.1, short)])
            schema = mapping([("properties", members), (keyword, definitions)])
        default: break
        }
        let (fitting, tooShort, tooLong) = (try text("ab", "a"), try text("a", "a"), try text("ab", "ab"))
        #expect(violation(schema, fitting) == nil)
        #expect(violation(schema, tooShort)?.contains("at least 2") == true)
        #expect(violation(schema, tooLong)?.contains("at most 1") == true)
    }

    @Test func draftFourHasOtherLimits() {
        let schema: ConfigurationNode = ["minimum": 1, "exclusiveMinimum": true, "maximum": 5]
        #expect(violation(schema, "1", .four) != nil && violation(schema, "5", .four) == nil)
    }

    @Test func whatWouldTakeForEverIsRefused() {
        let schema: ConfigurationNode = [
            "anyOf": [["properties": ["a": ["$ref": "#"]]], ["properties": ["a": ["$ref": "#"]]]],
            "required": ["z"],
        ]
        let text = String(repeating: #"{"z":1,"a":"#, count: 200) + "{}" + String(repeating: "}", count: 200)
        #expect(violation(schema, text)?.contains("fewer steps") == true)
        let loop: ConfigurationNode = ["allOf": [["$ref": "#"]]]
        #expect(violation(loop, "1")?.contains("fewer steps") == true)
    }
}

extension JSONTree {
    fileprivate var plain: String { String(buffer: self.bytes) }
}

@Suite struct RequestValidationTests {
    static let config: ConfigurationNode = [
        "header_schema": ["required": ["X-Tenant"], "properties": ["x-tenant": ["pattern": "^[a-z]+$"]]],
        "body_schema": ["type": "object", "required": ["n"], "properties": ["n": ["type": "integer"]]],
    ]
    private let json: HeaderFields = ["content-type": "application/json", "X-TENANT": "abc"]

    @Test(
        arguments: [
            (#"{"n": 1}"#, "application/json", 200), (#"{"n":"1"}"#, "application/json", 403),
            ("[]", "application/json", 403), ("{", "application/json", 403), ("not json", "text/plain", 200),
            (#"{"n":"1"}"#, "text/plain", 403), (#"{"n": 1}"#, "", 200), ("", "application/json", 200),
        ],
        [Chunking.whole, .bytes(1)]
    )
    func bodies(_ given: (body: String, type: String, status: Int), _ chunking: Chunking) async throws {
        let gateway = try TestGateway(filters: [.init(RequestValidation.self, config: Self.config)], chunking: chunking)
        var headers: HeaderFields = ["x-tenant": "abc"]
        if !given.type.isEmpty { headers[.contentType] = given.type }
        let response = await gateway.send(TestRequest(.post, headers: headers, body: given.body))
        #expect(response.status == given.status)
        if given.status == 403 {
            #expect(response.details == "request-validation.invalid_body" && gateway.upstreamRequests.isEmpty)
        } else {
            #expect(gateway.upstreamRequests.map(\.text) == [given.body])
        }
        #expect(gateway.isIdle)
    }

    @Test(arguments: [("abc", 200), ("ABC", 403), (nil, 403)] as [(String?, Int)])
    func headers(_ value: String?, _ status: Int) async throws {
        var headers: HeaderFields = [:]
        headers["X-Tenant"] = value
        let gateway = try TestGateway(filters: [.init(RequestValidation.self, config: Self.config)])
        let response = await gateway.send(TestRequest(headers: headers))
        #expect(response.status == status)
        if status == 403 {
            #expect(response.details == "request-validation.invalid_headers")
            #expect(response.text.contains("request-validation.invalid_headers"))
        }
    }

    @Test func compressionIsNoWayPast() async throws {
        let gateway = try TestGateway(filters: [.init(RequestValidation.self, config: Self.config)])
        var headers = self.json
        headers[.contentEncoding] = "gzip"
        #expect(await gateway.send(TestRequest(.post, headers: headers, body: "\u{1F}")).status == 403)
    }

    /// What another reader of JSON takes is no way past, whatever the type says.
    @Test(
        arguments: [.deep, .broad, nil] as [UnreadJSON?],
        ["application/json", "text/json", "text/plain", ""]
    )
    func whatIsNotReadIsRefused(_ unread: UnreadJSON?, _ type: String) async throws {
        let body = unread?.text(with: #""n":1"#) ?? "\u{FEFF}{\"n\":\"1\"}"
        let gateway = try TestGateway(filters: [.init(RequestValidation.self, config: Self.config)])
        var headers: HeaderFields = ["x-tenant": "abc"]
        if !type.isEmpty { headers[.contentType] = type }
        let response = await gateway.send(TestRequest(.post, headers: headers, body: body))
        #expect(response.status == 403 && response.details == "request-validation.invalid_body")
        #expect(gateway.upstreamRequests.isEmpty && gateway.isIdle)
    }

    @Test func aByteOrderMarkIsNoReasonToRefuse() async throws {
        let gateway = try TestGateway(filters: [.init(RequestValidation.self, config: Self.config)])
        #expect(await gateway.send(TestRequest(.post, headers: self.json, body: "\u{FEFF}{\"n\":1}")).status == 200)
        #expect(gateway.upstreamRequests.map(\.text) == ["\u{FEFF}{\"n\":1}"])
    }

    @Test(arguments: ["text/json", "Text/JSON ; charset=utf-8"])
    func theOldTypeOfJSONIsJSON(_ type: String) async throws {
        let gateway = try TestGateway(filters: [.init(RequestValidation.self, config: Self.config)])
        var headers = self.json
        headers[.contentType] = type
        #expect(await gateway.send(TestRequest(.post, headers: headers, body: "{")).status == 403)
    }

    @Test(
        arguments: [
            (#"{"error":"no"}"#, "application/json; charset=utf-8"), ("no", "text/plain; charset=utf-8"),
        ]
    )
    func theRefusalHasTheTypeOfItsText(_ message: String, _ type: String) async throws {
        let config: ConfigurationNode = ["body_schema": false, "rejected_msg": .init(stringLiteral: message)]
        let gateway = try TestGateway(filters: [.init(RequestValidation.self, config: config)])
        let response = await gateway.send(TestRequest(.post, headers: self.json, body: "{}"))
        #expect(response.text == message && response.headers[.contentType] == type)
    }

    @Test func theHeadIsPartOfTheHeaders() async throws {
        let config: ConfigurationNode = ["header_schema": ["properties": [":path": ["maxLength": 5]]]]
        let gateway = try TestGateway(filters: [.init(RequestValidation.self, config: config)])
        #expect(await gateway.send(TestRequest(.get, "/abcd")).status == 200)
        #expect(await gateway.send(TestRequest(.get, "/abcde")).status == 403)
    }

    @Test func theRefusalIsAsConfigured() async throws {
        let config: ConfigurationNode = ["body_schema": false, "rejected_code": 422, "rejected_msg": "customize"]
        let gateway = try TestGateway(filters: [.init(RequestValidation.self, config: config)])
        let response = await gateway.send(TestRequest(.post, headers: self.json, body: "{}"))
        #expect(response.status == 422 && response.text == "customize")
        #expect(gateway.log.contains { $0.message.contains("at the root: expected nothing here") })
    }

    @Test func theLogNamesThePlaceAndNoValue() async throws {
        let gateway = try TestGateway(filters: [.init(RequestValidation.self, config: Self.config)])
        await gateway.send(TestRequest(.post, headers: self.json, body: #"{"n":"s3cret"}"#))
        #expect(gateway.log.contains { $0.message.contains("at /n: expected integer") })
        #expect(gateway.log.allSatisfy { !$0.message.contains("s3cret") })
    }

    @Test func longBodiesAreRefused() async throws {
        let config: ConfigurationNode = ["body_schema": true, "max_body_bytes": 8]
        let gateway = try TestGateway(filters: [.init(RequestValidation.self, config: config)])
        #expect(await gateway.send(TestRequest(.post, headers: self.json, body: "12345678")).status == 200)
        #expect(await gateway.send(TestRequest(.post, headers: self.json, body: "123456789")).status == 413)
    }

    @Test(
        arguments: [
            ([:], #"missing key "header_schema" or "body_schema" (a JSON Schema)"#),
            (["body_schema": "x"], "body_schema: expected a schema: a mapping, true or false"),
            (["body_schema": ["type": "strng"]], #"did you mean "string"?"#),
            (["body_schema": ["type": ["string", "nul"]]], #"unknown kind of value "nul"; did you mean "null"?"#),
            (["body_schema": ["propertes": [:]]], #"unknown key "propertes"; did you mean "properties"?"#),
            (["body_schema": ["properties": ["a": ["minimum": "x"]]]], "body_schema.properties.a.minimum: found"),
            (["body_schema": ["properties": ["a": 5]]], "body_schema.properties.a: expected a schema"),
            (["body_schema": ["pattern": "("]], "expected a regular expression"),
            (["body_schema": ["patternProperties": ["(": true]]], "found a name that is no regular expression"),
            (["body_schema": ["minLength": 3, "maxLength": 2]], "found less than minLength; expected at least 3"),
            (["body_schema": ["multipleOf": 0]], "expected a number above 0"),
            (["body_schema": ["enum": []]], "expected a list of values, at least one"),
            (["body_schema": ["anyOf": []]], "expected a list of schemas, at least one"),
            (["body_schema": ["required": "a"]], "expected a list of strings"),
            (["body_schema": ["$ref": "#/definitions/none"]], "found a reference to what is not there"),
            (["body_schema": ["$ref": "other.json"]], "found a reference to what is not there"),
            (
                ["body_schema": ["properties": ["a": ["$ref": "#/properties/a"]]]],
                "found a reference that leads back to itself"
            ),
            (["body_schema": true, "rejected_code": 700], "expected a whole number (200 to 599)"),
            (["body_schema": true, "enable_swagger": true, "enable_oas3": true], "expected one of them"),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: RequestValidation.self, config: config)
        #expect(found.contains { $0.contains(message) }, "\(found)")
    }
}
