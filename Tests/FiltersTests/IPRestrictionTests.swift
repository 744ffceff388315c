import FilterAPI
import FilterTesting
import Testing

@testable import BundledFilters

@Suite struct IPRestrictionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let networks: [String]
        let address: String
        let isContained: Bool
        var testDescription: String { "\(self.address) in \(self.networks)" }

        init(_ networks: [String], _ address: String, _ isContained: Bool) {
            self.networks = networks
            self.address = address
            self.isContained = isContained
        }
    }

    static let cases: [Case] = [
        Case(["10.0.0.0/8"], "10.255.0.1", true), Case(["10.0.0.0/8"], "11.0.0.1", false),
        Case(["10.0.0.1"], "10.0.0.1", true), Case(["10.0.0.1"], "10.0.0.2", false),
        Case(["192.168.1.128/25"], "192.168.1.127", false), Case(["192.168.1.128/25"], "192.168.1.128", true),
        Case(["0.0.0.0/0"], "203.0.113.9", true), Case(["0.0.0.0/0"], "2001:db8::1", false),
        Case(["255.255.255.255"], "255.255.255.255", true),
        Case(["2001:db8::/32"], "2001:db8:1::2", true), Case(["2001:db8::/32"], "2001:db9::", false),
        Case(["::1"], "::1", true), Case(["::/0"], "fe80::1", true), Case(["::/0"], "10.0.0.1", false),
        Case(["10.0.0.0/8"], "::ffff:10.1.2.3", true), Case(["10.0.0.0/8"], "::ffff:0b00:1", false),
        Case(["::ffff:10.0.0.0/104"], "10.1.2.3", true), Case(["::ffff:10.0.0.0/104"], "::ffff:10.1.2.3", true),
        Case(["::ffff:10.0.0.0/104"], "11.1.2.3", false),
        Case(["10.0.0.1", "10.0.0.3", "172.16.0.0/12", "10.0.0.2"], "10.0.0.2", true),
        Case(["10.0.0.0/24", "10.0.0.0/16", "10.0.0.7"], "10.0.200.1", true),
        Case(["10.0.0.0/24", "10.0.2.0/24"], "10.0.1.9", false),
        // An address that cannot be read is refused by both kinds of list.
        Case(["0.0.0.0/0"], "010.0.0.1", false), Case(["0.0.0.0/0"], "10.0.0", false),
        Case(["0.0.0.0/0"], "10.0.0.256", false), Case(["0.0.0.0/0"], "10..0.1", false),
        Case(["0.0.0.0/0"], "10.0.0.1.", false), Case(["0.0.0.0/0"], "unix", false), Case(["::/0"], "", false),
    ]

    @Test(arguments: cases)
    func addressesAreAllowedByNetwork(_ example: Case) async throws {
        let networks = ConfigurationNode(example.networks)
        let gateway = try TestGateway(filters: [.init(IPRestriction.self, config: ["allow": networks])])
        var request = TestRequest()
        request.clientAddress = example.address
        #expect(await gateway.send(request).status == (example.isContained ? 200 : 403))
    }

    @Test(arguments: cases.filter { AddressBits($0.address[...]) != nil })
    func addressesAreDeniedByNetwork(_ example: Case) async throws {
        let networks = ConfigurationNode(example.networks)
        let gateway = try TestGateway(filters: [.init(IPRestriction.self, config: ["deny": networks])])
        var request = TestRequest()
        request.clientAddress = example.address
        #expect(await gateway.send(request).status == (example.isContained ? 403 : 200))
    }

    struct HeaderCase: Sendable, CustomTestStringConvertible {
        let values: [String]
        let isAllowed: Bool
        var testDescription: String { "\(self.values)" }

        init(_ values: [String], _ isAllowed: Bool) {
            self.values = values
            self.isAllowed = isAllowed
        }
    }

    static let headers: [HeaderCase] = [
        HeaderCase(["10.0.0.1"], true), HeaderCase(["10.0.0.1:4711"], true), HeaderCase(["10.0.0.1, 1.2.3.4"], true),
        HeaderCase(["1.2.3.4, 10.0.0.1"], false), HeaderCase(["[2001:db8::1]:443"], true),
        HeaderCase(["2001:db8::1"], true), HeaderCase([" 10.0.0.1 "], true), HeaderCase(["::ffff:10.0.0.1"], true),
        HeaderCase(["11.0.0.1"], false), HeaderCase([], false), HeaderCase([""], false),
        HeaderCase(["localhost"], false),
        HeaderCase(["[2001:db8::1"], false), HeaderCase(["10.0.0.1", "10.0.0.1"], false),
    ]

    @Test(arguments: headers)
    func aFieldMayHoldTheAddress(_ example: HeaderCase) async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    IPRestriction.self,
                    config: [
                        "ip_source_type": "header", "ip_header_name": "X-Real-IP",
                        "allow": ["10.0.0.0/8", "2001:db8::/32"],
                    ]
                )
            ]
        )
        var headers: HeaderFields = [:]
        for value in example.values { headers.add("x-real-ip", value) }
        #expect(await gateway.send(TestRequest(headers: headers)).status == (example.isAllowed ? 200 : 403))
    }

    @Test func withADenyListAMissingAddressIsRefusedToo() async throws {
        let gateway = try TestGateway(
            filters: [
                .init(
                    IPRestriction.self,
                    config: ["ip_source_type": "header", "ip_header_name": "x-real-ip", "deny": ["10.0.0.0/8"]]
                )
            ]
        )
        #expect(await gateway.send(TestRequest()).status == 403)
        #expect(await gateway.send(TestRequest(headers: ["x-real-ip": "nonsense"])).status == 403)
        #expect(await gateway.send(TestRequest(headers: ["x-real-ip": "11.0.0.1"])).status == 200)
    }

    @Test func forwardedForIsWhatTheListenerBelieves() async throws {
        let gateway = try TestGateway(
            filters: [.init(IPRestriction.self, config: ["ip_source_type": "header", "allow": ["203.0.113.0/24"]])]
        )
        #expect(await gateway.send(TestRequest(headers: ["x-forwarded-for": "10.0.0.1"])).status == 200)
        var other = TestRequest(headers: ["x-forwarded-for": "203.0.113.7, 10.0.0.1"])
        other.clientAddress = "10.0.0.1"
        #expect(await gateway.send(other).status == 403)
    }

    @Test func aRefusalSaysWhatTheConfigurationSays() async throws {
        let plain = try TestGateway(filters: [.init(IPRestriction.self, config: ["allow": []])])
        let response = await plain.send(TestRequest())
        #expect(response.status == 403)
        #expect(response.text == #"{"message":"Your IP address is blocked."}"#)
        #expect(response.headers[.contentType] == "application/json")
        #expect(response.details == "ip-restriction.denied")
        let own = try TestGateway(
            filters: [
                .init(IPRestriction.self, config: ["allow": [], "status": 451, "message": "not \"here\"\n"])
            ]
        )
        let other = await own.send(TestRequest())
        #expect(other.status == 451)
        #expect(other.text == #"{"message":"not \"here\"\n"}"# || other.text == #"{"message":"not \"here\"\u000a"}"#)
    }
}

@Suite struct IPRestrictionConfigurationTests {
    static let cases: [ConfigurationCase] = [
        .init(["allow": ["10.0.0.0/8"]]), .init(["deny": []]),
        .init([:], #"1: config: missing key "allow" or "deny" (list of networks)"#),
        .init(
            ["allow": ["10.0.0.1"], "deny": ["10.0.0.2"]],
            #"4: config.deny: found both "allow" and "deny"; expected one of them"#
        ),
        .init(
            ["allow": ["10.0.0.1", "10.0.0.0/33"]],
            #"4: config.allow[1]: found "10.0.0.0/33"; expected a network such as 10.0.0.0/8 or an address"#
        ),
        .init(
            ["deny": ["10.0.0.256"]],
            #"3: config.deny[0]: found "10.0.0.256"; expected a network such as 10.0.0.0/8 or an address"#
        ),
        .init(["deny": "10.0.0.1"], "2: config.deny: found a string; expected a list of strings"),
        .init(
            ["deny": [], "ip_source_type": "headers"],
            #"3: config.ip_source_type: found "headers"; expected one of origin-source, header; did you mean "header"?"#
        ),
        .init(
            ["deny": [], "status": 99],
            #"3: config.status: found "99"; expected a whole number (200 to 599)"#
        ),
        .init(
            ["deny": [], "ip_header_name": "a b"],
            "3: config.ip_header_name: found a name that no header field can have"
        ),
        .init(
            ["denny": []],
            #"1: config: missing key "allow" or "deny" (list of networks)"#,
            #"2: config: unknown key "denny"; did you mean "deny"?"#
        ),
    ]

    @Test(arguments: cases)
    func mistakesAreNamedWithTheirPlace(_ example: ConfigurationCase) {
        #expect(issueLines(of: IPRestriction.self, example.config) == example.issues)
    }
}

extension ConfigurationNode {
    fileprivate init(_ texts: [String]) {
        let nowhere = SourcePosition(file: "", line: 0, column: 0)
        self.init(.sequence(texts.map { ConfigurationNode(stringLiteral: $0) }), position: nowhere)
    }
}
