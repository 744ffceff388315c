import FilterAPI
import FilterTesting
import NIOCore
import TestSupport
import Testing

@testable import BundledFilters

private let twoConsumers: ConfigurationNode = [
    "date_offset": 300,
    "consumers": [
        ["name": "alice", "key": "key-a", "secret": "secret-a"],
        ["name": "bob", "key": "key-b", "secret": "secret-b"],
    ],
]

/// Without `date_offset`, so that requests without a date pass.
private let undated: ConfigurationNode = [
    "consumers": [
        ["name": "alice", "key": "key-a", "secret": "secret-a"],
        ["name": "bob", "key": "key-b", "secret": "secret-b"],
    ]
]

extension TestRequest {
    /// A request that another program signed.
    fileprivate init(_ signed: AuthCredentials.SignedRequest) {
        var headers: HeaderFields = [:]
        for (name, value) in signed.headers { headers.add(HeaderName(name), value) }
        self.init(HTTPMethod(rawValue: signed.method), signed.target, headers: headers, body: signed.body)
    }
}

private func recorded(_ name: String) throws -> TestRequest {
    TestRequest(try #require(AuthCredentials.recorded().hmac[name]))
}

@Suite struct HMACAuthTests {
    static let undatedNames = [
        "plain", "query", "sha1", "sha256", "fields", "date", "sdk_date", "seconds", "old", "form", "json", "md5",
        "form_md5",
    ]

    @Test(arguments: undatedNames, [Chunking.whole, Chunking.bytes(1)])
    func whatAnotherProgramSignedPasses(_ name: String, _ chunking: Chunking) async throws {
        let gateway = try TestGateway(filters: [.init(HMACAuth.self, config: undated)], chunking: chunking)
        let request = try recorded(name)
        let response = await gateway.send(request)
        #expect(response.status == 200, "\(response.headers)")
        #expect(response.consumer == "alice")
        #expect(gateway.upstreamRequests.map(\.body) == [request.body])
        #expect(gateway.upstreamRequests.map { $0.headers["x-mse-consumer"] } == ["alice"])
        #expect(gateway.isIdle)
    }

    @Test(arguments: [
        ("fields", 200), ("date", 200), ("sdk_date", 200), ("seconds", 200), ("plain", 400), ("old", 400),
        ("json", 400),
    ])
    func theDateHasToBeNear(_ name: String, _ status: Int) async throws {
        let gateway = try TestGateway(filters: [.init(HMACAuth.self, config: twoConsumers)])
        let response = await gateway.send(try recorded(name))
        #expect(response.status == status)
        if status == 400 {
            #expect(response.text == "Invalid Date")
            #expect(response.details == "hmac-auth.invalid_date")
        }
    }

    @Test(arguments: [-301, -300, 300, 301])
    func theDateIsNearForSoManySeconds(_ seconds: Int64) async throws {
        let gateway = try TestGateway(
            filters: [.init(HMACAuth.self, config: twoConsumers)],
            startTime: TestGateway.defaultStartTime + seconds
        )
        #expect(await gateway.send(try recorded("date")).status == (abs(seconds) <= 300 ? 200 : 400))
        #expect(await gateway.send(try recorded("fields")).status == (abs(seconds) <= 300 ? 200 : 400))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var name = "plain"
        let status: Int
        let text: String
        let detail: String
        let change: @Sendable (inout TestRequest) -> Void

        init(
            _ description: String,
            of name: String = "plain",
            _ status: Int,
            _ text: String,
            _ detail: String,
            _ change: @escaping @Sendable (inout TestRequest) -> Void
        ) {
            self.testDescription = description
            self.name = name
            self.status = status
            self.text = text
            self.detail = detail
            self.change = change
        }
    }

    static let cases: [Case] = [
        Case("no key", 401, "Invalid Key", "invalid_key") { $0.headers.remove("x-ca-key") },
        Case("an empty key", 401, "Invalid Key", "invalid_key") { $0.headers["x-ca-key"] = "" },
        Case("an unknown key", 401, "Invalid Key", "invalid_key") { $0.headers["x-ca-key"] = "key-c" },
        Case("the front of a key", 401, "Invalid Key", "invalid_key") { $0.headers["x-ca-key"] = "key-" },
        Case("two keys", 401, "Invalid Key", "invalid_key") { $0.headers.add("x-ca-key", "key-b") },
        Case("no signature", 401, "Empty Signature", "empty_signature") { $0.headers.remove("x-ca-signature") },
        Case("an empty signature", 401, "Empty Signature", "empty_signature") { $0.headers["x-ca-signature"] = "" },
        Case("another signature", 400, "Invalid Signature", "invalid_signature") {
            $0.headers["x-ca-signature"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
        },
        Case("a signature that is none", 400, "Invalid Signature", "invalid_signature") {
            $0.headers["x-ca-signature"] = "x"
        },
        Case("another consumer's key", 400, "Invalid Signature", "invalid_signature") {
            $0.headers["x-ca-key"] = "key-b"
        },
        Case("another method", 400, "Invalid Signature", "invalid_signature") { $0.method = .delete },
        Case("another path", 400, "Invalid Signature", "invalid_signature") { $0.path = "/x" },
        Case("one parameter more", 400, "Invalid Signature", "invalid_signature") { $0.path = "/?a=1" },
        Case("another accept", 400, "Invalid Signature", "invalid_signature") { $0.headers[.accept] = "*/*" },
        Case("a second accept", 400, "Invalid Signature", "invalid_signature") { $0.headers.add(.accept, "*/*") },
        Case("an unknown method of signing", 400, "Invalid Signature", "invalid_signature") {
            $0.headers["x-ca-signature-method"] = "HmacMD5"
        },
        Case("a method of signing that was not used", 400, "Invalid Signature", "invalid_signature") {
            $0.headers["x-ca-signature-method"] = "HmacSHA1"
        },
        Case("another signed field", of: "fields", 400, "Invalid Signature", "invalid_signature") {
            $0.headers["x-ca-nonce"] = "other"
        },
        Case("fewer signed fields", of: "fields", 400, "Invalid Signature", "invalid_signature") {
            $0.headers["x-ca-signature-headers"] = "x-ca-key"
        },
        Case("more signed fields than a head has", of: "fields", 400, "Invalid Signature", "invalid_signature") {
            $0.headers["x-ca-signature-headers"] = Array(repeating: "a", count: 1000).joined(separator: ",")
        },
        Case("a parameter that is there twice", of: "query", 400, "Invalid Signature", "invalid_signature") {
            $0.path += "&a=second"
        },
        Case("a name without a value twice", of: "query", 400, "Invalid Signature", "invalid_signature") {
            $0.path += "&flag"
        },
        Case("a parameter of the query in the form too", of: "form", 400, "Invalid Signature", "invalid_signature") {
            $0.body.writeString("&b=9")
        },
        Case("a value without a name more", of: "query", 400, "Invalid Signature", "invalid_signature") {
            $0.path += "&=x"
        },
        Case("two parameters for one with an escape", of: "query", 400, "Invalid Signature", "invalid_signature") {
            $0.path = $0.path.replacing("s%26t", with: "s&t")
        },
        Case("a name that ends sooner", of: "query", 400, "Invalid Signature", "invalid_signature") {
            $0.path = $0.path.replacing("p%3Dq=r", with: "p=q=r")
        },
        Case("an escape for the text of one", of: "query", 400, "Invalid Signature", "invalid_signature") {
            $0.path = $0.path.replacing("%2541", with: "%41")
        },
        Case("the text of an escape for one", of: "query", 400, "Invalid Signature", "invalid_signature") {
            $0.path = $0.path.replacing("s%26t", with: "s%2526t")
        },
        Case("more parameters than a form has", of: "form", 400, "Invalid Signature", "invalid_signature") {
            $0.path = "/form?" + Array(repeating: "a", count: 2000).joined(separator: "&")
        },
        Case("another form", of: "form", 400, "Invalid Signature", "invalid_signature") { $0.body.writeString("&x=1") },
        Case("another body", of: "md5", 400, "Invalid Content-MD5", "invalid_content_md5") { $0.body.writeString(" ") },
        Case("no body for its digest", of: "md5", 400, "Invalid Content-MD5", "invalid_content_md5") {
            $0.body.clear()
        },
        Case("another digest", of: "md5", 400, "Invalid Signature", "invalid_signature") {
            $0.headers["content-md5"] = "1B2M2Y8AsgTpgAmY7PhCfg=="
        },
    ]

    @Test(arguments: cases)
    func whatWasNotSignedDoesNotPass(_ example: Case) async throws {
        let gateway = try TestGateway(filters: [.init(HMACAuth.self, config: undated)])
        var request = try recorded(example.name)
        example.change(&request)
        let response = await gateway.send(request)
        #expect(response.status == example.status)
        #expect(response.text == example.text)
        #expect(response.details == "hmac-auth.\(example.detail)")
        #expect(response.consumer == nil)
        #expect(gateway.upstreamRequests.isEmpty && gateway.isIdle)
        let shown = response.text + response.headers.description + gateway.log.description
        #expect(!shown.contains("secret-a"))
    }

    @Test func aWrongSignatureIsAnsweredWithWhatIsToBeSigned() async throws {
        let gateway = try TestGateway(filters: [.init(HMACAuth.self, config: undated)])
        let signed = try #require(AuthCredentials.recorded().hmac["query"])
        var request = TestRequest(signed)
        request.headers["x-ca-signature"] = "wrong"
        let response = await gateway.send(request)
        let text = signed.text.replacing("\n", with: "#")
        #expect(response.headers["x-ca-error-message"] == "Server StringToSign:`\(text)`")
    }

    @Test func whatTheClientHasNotSentIsNotShown() async throws {
        let add: ConfigurationNode = [
            "reqRules": [
                [
                    "operate": "add",
                    "headers": [["key": "x-token", "value": "hidden-1"], ["key": "x-ca-stage", "value": "hidden-2"]],
                ]
            ]
        ]
        let gateway = try TestGateway(
            filters: [.init(Transformer.self, config: add), .init(HMACAuth.self, config: undated)]
        )
        var request = try recorded("fields")
        request.headers["x-ca-signature-headers"] = "x-token,x-ca-stage,x-ca-nonce"
        let response = await gateway.send(request)
        #expect(response.status == 400)
        let text = try #require(response.headers["x-ca-error-message"])
        #expect(text.contains("#x-ca-nonce:c9f15cbf#") && text.hasSuffix("#x-token:#/fields`"), "\(text)")
        #expect(!text.contains("hidden"), "\(text)")
    }

    @Test func aBodyPastTheLimitIsRefused() async throws {
        let config: ConfigurationNode = [
            "max_request_body_bytes": 8, "consumers": [["name": "alice", "key": "key-a", "secret": "secret-a"]],
        ]
        let gateway = try TestGateway(filters: [.init(HMACAuth.self, config: config)])
        #expect(await gateway.send(try recorded("form")).status == 413)
        #expect(await gateway.send(try recorded("md5")).status == 200)
        #expect(await gateway.send(try recorded("json")).status == 200)
        var other = try recorded("md5")
        other.body.writeString("  ")
        #expect(await gateway.send(other).status == 413)
        #expect(gateway.isIdle)
    }

    @Test func aKnownConsumerThatIsNotAllowedGets403() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    HMACAuth.self,
                    config: undated,
                    matchRules: [TestRule(routes: ["r"], config: ["allow": ["bob"]])]
                )
            ],
            routes: [TestRoute("r")]
        )
        for name in ["plain", "form", "md5"] {
            let response = await gateway.send(try recorded(name))
            #expect(response.status == 403)
            #expect(response.text == "Unauthorized Consumer")
            #expect(response.details == "hmac-auth.forbidden")
        }
        #expect(await gateway.send(try recorded("bob")).consumer == "bob")
    }

    @Test func aClientCannotNameItselfBesideItsSignature() async throws {
        let gateway = try TestGateway(filters: [.init(HMACAuth.self, config: undated)])
        var request = try recorded("plain")
        request.headers["x-mse-consumer"] = "bob"
        await gateway.send(request)
        #expect(gateway.upstreamRequests[0].headers.values(of: "x-mse-consumer") == ["alice"])
    }
}

@Suite struct HTTPDateReadingTests {
    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Wed, 09 May 2018 13:30:29 GMT+00:00", 1_525_872_629),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
            ("", nil), ("now", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 06 Nov 1994 24:00:00 GMT", nil),
            ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("Sun, 32 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 8:49 GMT", nil), ("Sun, 06 Nov 99999999999999999999 08:49:37 GMT", nil),
        ] as [(String, Int?)]
    )
    func datesAreRead(_ text: String, _ seconds: Int?) {
        #expect(HTTPDate.secondsSince1970(text) == seconds)
    }

    @Test(arguments: [0, 951_782_400, 1_767_225_600, 4_102_444_799])
    func aDateIsReadAsItIsWritten(_ seconds: Int) {
        #expect(HTTPDate.secondsSince1970(HTTPDate.text(secondsSince1970: seconds)) == seconds)
    }
}

@Suite struct HMACAuthConfigurationTests {
    static let alice: ConfigurationNode = ["name": "alice", "key": "k", "secret": "s"]

    static let cases: [ConfigurationCase] = [
        .init(["consumers": [alice]]),
        .init([:], #"1: config: missing key "consumers" (list of objects)"#),
        .init(
            ["consumers": [["name": "alice", "key": "k"]]],
            #"3: config.consumers[0] "alice": missing key "secret" (secret)"#
        ),
        .init(
            ["consumers": [["name": "alice", "key": "", "secret": "s"]]],
            #"5: config.consumers[0] "alice": key: found <redacted>; expected a secret that is not empty"#
        ),
        .init(
            ["consumers": [alice, ["name": "bob", "key": "k", "secret": "other"]]],
            #"9: config.consumers[1] "bob": key: found a key that consumer "alice" has already; expected each key once"#
        ),
        .init(
            ["consumers": [alice], "date_offset": "5m"],
            #"7: config.date_offset: found "5m"; expected a whole number (1 to 31536000)"#
        ),
        .init(
            ["consumers": [alice], "allow": ["bob"]],
            #"8: config.allow[0]: unknown consumer "bob"; expected one of alice"#
        ),
        .init(
            ["consumers": [alice], "credentials": []],
            #"7: config: unknown key "credentials"; valid keys: consumers, date_offset, max_request_body_bytes, global_auth, allow"#
        ),
    ]

    @Test(arguments: cases)
    func mistakesAreNamedWithTheirPlace(_ example: ConfigurationCase) {
        #expect(issueLines(of: HMACAuth.self, example.config) == example.issues)
    }
}
