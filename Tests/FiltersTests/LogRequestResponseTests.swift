import FilterAPI
import FilterTesting
import Foundation
import NIOCore
import Testing

@testable import BundledFilters

private let everything: ConfigurationNode = [
    "request": ["headers": ["enabled": true], "body": ["enabled": true]],
    "response": ["headers": ["enabled": true], "body": ["enabled": true]],
]

@Suite struct LogRequestResponseTests {
    /// The one line that the filter logged, as JSON.
    private func line(of gateway: TestGateway) throws -> [String: Any] {
        let prefix = "request and response: "
        let lines = gateway.log.filter { $0.message.hasPrefix(prefix) }
        #expect(lines.count == 1)
        let text = try #require(lines.first?.message.dropFirst(prefix.count))
        #expect(!text.contains { $0.isNewline })
        return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test(arguments: [Chunking.whole, .bytes(1)])
    func bothMessagesAreLoggedAndPassUnchanged(_ chunking: Chunking) async throws {
        let gateway = try TestGateway(
            filters: [.init(LogRequestResponse.self, config: everything)],
            chunking: chunking
        ) { _ in
            TestResponse(
                status: 201,
                headers: ["content-type": "application/json", "x-b": "2"],
                body: #"{"ok": "é\n"}"#
            )
        }
        let response = await gateway.send(
            TestRequest(
                .post,
                "/p?a=1",
                headers: ["content-type": "application/json", "x-a": "1", "x-a": "2"],
                body: #"{"name": "Zoë"}"#
            )
        )
        #expect(gateway.upstreamRequests.first?.text == #"{"name": "Zoë"}"# && response.text == #"{"ok": "é\n"}"#)
        let line = try self.line(of: gateway)
        let request = try #require(line["request_headers"] as? [String: String])
        #expect(request["method"] == "POST" && request["path"] == "/p?a=1" && request["x-a"] == "1, 2")
        #expect(request["authority"] == "gateway.test")
        let answer = try #require(line["response_headers"] as? [String: String])
        #expect(answer["status"] == "201" && answer["x-b"] == "2")
        #expect(line["request_body"] as? String == #"{"name": "Zoë"}"#)
        #expect(line["response_body"] as? String == #"{"ok": "é\n"}"#)
        #expect(line["route_name"] as? String == "default")
        #expect(gateway.isIdle)
    }

    /// Where the filter stands, and the status.
    @Test(
        arguments: [(FilterPhase.authn, 2000), (FilterPhase.unspecified, 0)],
        [("s3cret", 200), ("s3cret-that-is-none", 401)]
    )
    func theKeysOfConsumersAreNotLogged(_ place: (FilterPhase, Int), _ given: (key: String, status: Int)) async throws {
        let keys: ConfigurationNode = [
            "keys": ["X-Partner-Key", "x-api-key"], "consumers": [["name": "alice", "credential": "s3cret"]],
        ]
        let gateway = try TestGateway(
            filters: [
                .init(LogRequestResponse.self, phase: place.0, priority: place.1, config: everything),
                .init(KeyAuth.self, config: keys),
            ]
        ) { request in
            TestResponse(headers: ["x-partner-key": request.headers["x-partner-key"] ?? "none", "x-b": "2"])
        }
        let path = "/?X-Partner-Key=\(given.key)"
        let request = TestRequest(.get, path, headers: ["x-partner-key": given.key, "x-a": "1"])
        #expect(await gateway.send(request).status == given.status)
        #expect(gateway.log.allSatisfy { !$0.message.contains("s3cret") })
        // Who stands behind has seen no request that was refused.
        guard given.status == 200 || place.1 > 0 else { return }
        let line = try #require(try self.line(of: gateway)["request_headers"] as? [String: String])
        #expect(line["x-partner-key"] == "<redacted>" && line["x-a"] == "1")
    }

    @Test func tokensInFieldsOfTheirOwnAreNotLogged() async throws {
        let consumer: ConfigurationNode = [
            "name": "alice", "issuer": "i",
            "jwks": #"{"keys":[{"kty":"oct","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]}"#,
            "from_headers": [["name": "X-Token"], ["name": "authorization", "value_prefix": "Bearer "]],
        ]
        let gateway = try TestGateway(
            filters: [
                .init(LogRequestResponse.self, phase: .authn, priority: 2000, config: everything),
                .init(JWTAuth.self, config: ["consumers": [consumer]]),
            ]
        )
        await gateway.send(TestRequest(headers: ["x-token": "s3cret", "authorization": "s3cret", "x-a": "1"]))
        let line = try #require(try self.line(of: gateway)["request_headers"] as? [String: String])
        #expect(line["x-token"] == "<redacted>" && line["authorization"] == "<redacted>" && line["x-a"] == "1")
    }

    @Test func onlyFieldsThatAreNotSecretAnywayHaveToBeNamed() {
        let names: [HeaderName] = ["x-api-key", "X-Own", "authorization", "x-own", "x-ca-key", "user-agent"]
        #expect(SecretHeaderFields.others(of: names) == ["x-own", "user-agent"])
    }

    @Test func nothingIsLoggedByDefault() async throws {
        let gateway = try TestGateway(filters: [.init(LogRequestResponse.self)])
        await gateway.send(TestRequest(.post, headers: ["content-type": "application/json"], body: "{}"))
        #expect(gateway.log.allSatisfy { !$0.message.contains("request and response") })
    }

    @Test func onlyWhatIsAskedForIsLogged() async throws {
        let config: ConfigurationNode = ["response": ["headers": ["enabled": true]]]
        let gateway = try TestGateway(filters: [.init(LogRequestResponse.self, config: config)])
        await gateway.send(TestRequest(.post, headers: ["content-type": "application/json"], body: "{}"))
        #expect(try Set(self.line(of: gateway).keys) == ["route_name", "response_headers"])
    }

    @Test(
        arguments: [
            (HTTPMethod.post, "application/json", nil, true), (.put, "Application/JSON; charset=utf-8", nil, true),
            (.patch, "text/plain", nil, true), (.delete, "application/json", nil, false),
            (.post, "image/png", nil, false), (.post, "application/json", "gzip", false),
        ] as [(HTTPMethod, String, String?, Bool)]
    )
    func bodiesAreLoggedByMethodAndType(_ method: HTTPMethod, _ type: String, _ coding: String?, _ isLogged: Bool)
        async throws
    {
        var headers: HeaderFields = ["content-type": type]
        headers[.contentEncoding] = coding
        let gateway = try TestGateway(filters: [.init(LogRequestResponse.self, config: everything)])
        await gateway.send(TestRequest(method, headers: headers, body: "{}"))
        #expect(try (self.line(of: gateway)["request_body"] != nil) == isLogged)
    }

    @Test func longBodiesAreCut() async throws {
        let config: ConfigurationNode = ["request": ["body": ["enabled": true, "maxSize": 4]]]
        for (body, text, isCut) in [("12345", "1234", true), ("1234", "1234", false)] {
            let gateway = try TestGateway(
                filters: [.init(LogRequestResponse.self, config: config)],
                chunking: .bytes(3)
            )
            await gateway.send(TestRequest(.post, headers: ["content-type": "text/plain"], body: body))
            #expect(gateway.upstreamRequests.first?.text == body)
            let line = try self.line(of: gateway)
            #expect(line["request_body"] as? String == text)
            #expect((line["request_body_cut"] as? Bool ?? false) == isCut)
        }
    }

    @Test func anAbortedStreamIsLoggedOnce() async throws {
        let gateway = try TestGateway(filters: [.init(LogRequestResponse.self, config: everything)]) { _ in
            .neverAnswers
        }
        let stream = await gateway.open(TestRequest(.post, headers: ["content-type": "text/plain"]), hasBody: true)
        await stream.send("part")
        await stream.reset()
        #expect(try self.line(of: gateway)["request_body"] as? String == "part")
        #expect(gateway.isIdle)
    }
}

@Suite struct LogRequestResponseRedactionTests {
    private func redaction(_ config: ConfigurationNode? = nil) -> Redaction {
        let whole: ConfigurationNode? = config.map { ["redact": $0] }
        return (ConfigurationFields.value(whole) as LogRequestResponseConfiguration).redaction
    }

    @Test(
        arguments: [
            (#"{"user":"a","password":"s3cret"}"#, #"{"user":"a","password":"<redacted>"}"#),
            (#"{"Password" : "s3\"cret", "b":1}"#, #"{"Password" : "<redacted>", "b":1}"#),
            (#"{"pass\u0077ord":"s3cret"}"#, #"{"pass\u0077ord":"<redacted>"}"#),
            (#"{"token":{"a":["s3cret","}"]},"b":1}"#, #"{"token":"<redacted>","b":1}"#),
            (#"{"secret":12345,"b":1}"#, #"{"secret":"<redacted>","b":1}"#),
            (#"{"secret":null}"#, #"{"secret":"<redacted>"}"#),
            (#"[{"x":[{"api_key":"s3cret"}]}]"#, #"[{"x":[{"api_key":"<redacted>"}]}]"#),
            (#"{"a":"password","b":"secret: no"}"#, #"{"a":"password","b":"secret: no"}"#),
            (#"{"password":"s3cre"#, #"{"password":"<redacted>""#),
            (#"{"password":"s3cret\"#, #"{"password":"<redacted>""#),
            (#"{"password":["s3cret",{"a":"b"#, #"{"password":"<redacted>""#),
            (#"{"password":"#, #"{"password":"<redacted>""#),
            (#"{"password""#, #"{"password""#), (#"{"pass"#, #"{"pass"#), ("{\"", "{\""),
        ]
    )
    func secretsOfJSONAreTakenOut(_ body: String, _ expected: String) {
        let found = self.redaction().body(ByteBuffer(string: body), of: ["content-type": "application/json"])
        #expect(found == expected)
    }

    @Test(
        arguments: [
            ("user=a&password=s3cret&b=1", "user=a&password=<redacted>&b=1"),
            ("pass%77ord=s3cret", "pass%77ord=<redacted>"), ("PASSWORD=s3c", "PASSWORD=<redacted>"),
            ("password", "password"), ("a=b=c&&x", "a=b=c&&x"),
        ]
    )
    func secretsOfFormsAreTakenOut(_ body: String, _ expected: String) {
        let type: HeaderFields = ["content-type": "application/x-www-form-urlencoded"]
        #expect(self.redaction().body(ByteBuffer(string: body), of: type) == expected)
    }

    @Test func queriesAndFieldsAreRedactedToo() {
        let redaction = self.redaction(["headers": ["X-Mine"], "names": ["Pin"]])
        #expect(redaction.path("/p?pin=1&key=k&a=2", masked: ["key"]) == "/p?pin=<redacted>&key=<redacted>&a=2")
        for name in ["authorization", "cookie", "set-cookie", "x-api-key", "x-mine"] {
            #expect(redaction.value("v", ofHeader: name, masked: []) == "<redacted>")
        }
        #expect(redaction.value("v", ofHeader: "x-other", masked: []) == "v")
        #expect(redaction.value("v", ofHeader: "x-other", masked: ["X-Other"]) == "<redacted>")
        #expect(redaction.body(ByteBuffer(string: #"{"pin":1}"#), of: [:]) == #"{"pin":"<redacted>"}"#)
    }

    @Test(
        arguments: [
            (["request": ["header": ["enabled": true]]], #"unknown key "header"; did you mean "headers"?"#),
            (["request": ["body": ["enabled": "maybe"]]], "expected true or false"),
            (["response": ["body": ["maxSize": 0]]], "expected a size"),
            (["redact": ["headers": "a"]], "expected a list of strings"),
        ] as [(ConfigurationNode, String)]
    )
    func mistakesAreNamed(_ config: ConfigurationNode, _ message: String) {
        let found = TestGateway.issues(of: LogRequestResponse.self, config: config)
        #expect(found.count == 1 && found[0].contains(message), "\(found)")
    }
}
