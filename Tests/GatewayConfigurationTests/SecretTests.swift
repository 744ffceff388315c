import FilterAPI
import GatewayConfiguration
import Testing

@Suite struct SecretTests {
    @Test func aSecretIsShownNowhere() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump([secret], to: &dumped)
        #expect("\(secret)" == "<redacted>")
        #expect(String(reflecting: secret) == "<redacted>")
        #expect(!dumped.contains("hunter2"))
        #expect(secret.reveal() == "hunter2")
    }

    @Test func theConfigurationIsShownWithoutSecretsAndSubstitutedValues() throws {
        let text = """
            listeners: [{name: "${NAME}", address: "127.0.0.1:0"}]
            admin: {address: "127.0.0.1:0", token: hunter2}
            drainTimeout: 5
            routes:
              - {name: a, match: {path: {exact: /}}, response: {status: 200, headers: {x-a: "${NAME}", x-b: "1"}}}
            filters:
              - filter: key-auth
                config: {in_header: true, consumers: [{name: a, credential: alpha}, {name: b, credentials: [beta, gamma]}]}
                matchRules: [{route: a, config: {consumers: [{name: c, credential: "delta"}]}}]
            """
        let (configuration, issues) = GatewayConfiguration.load(
            text: text,
            file: "f",
            environment: ["NAME": "epsilon"],
            filters: ExampleFilters.all
        )
        let json = try #require(configuration, "\(issues)").redactedJSON
        for hidden in ["hunter2", "alpha", "beta", "gamma", "delta", "epsilon"] { #expect(!json.contains(hidden)) }
        #expect(json.contains("\"token\": \"<redacted>\""))
        #expect(json.contains("\"drainTimeout\": 5"))
        #expect(json.contains("\"in_header\": true"))
        #expect(json.contains("\"x-b\": \"1\""))
    }

    @Test func noMessageShowsNamesFromTheEnvironment() {
        let text = """
            listeners: [{name: a, address: "127.0.0.1:0"}]
            services: [{name: "${NAME}", type: static, domain: "127.0.0.1:1"}]
            routes:
              - {name: "${NAME}", service: epsilom.static}
              - {name: b, service: epsilon.dns}
            filters:
              - filter: key-auth
                name: "${NAME}"
                config: {in_header: true, consumers: [{name: a, credential: alpha}]}
                matchRules: [{route: epsilom, config: {consumers: [{name: c, credential: delta}]}}]
              - filter: key-auth
                name: other
                before: epsilom
                config: {in_header: true, consumers: [{name: a, credential: alpha}]}
            """
        let (_, issues) = GatewayConfiguration.load(
            text: text,
            file: "f",
            environment: ["NAME": "epsilon"],
            filters: ExampleFilters.all
        )
        let messages = issues.map(\.message)
        #expect(messages.contains { $0.contains("no service \"epsilom.static\" is declared") }, "\(messages)")
        #expect(messages.contains { $0.contains("no route has the name \"epsilom\"") }, "\(messages)")
        #expect(messages.contains { $0.contains("no filter entry has the name \"epsilom\"") }, "\(messages)")
        #expect(!messages.contains { $0.contains("\"epsilon\"") || $0.contains("epsilon.static") }, "\(messages)")
    }

    @Test func valuesOfASecretMapAreNotShown() {
        let third = SourcePosition(file: "f", line: 3, column: 1)
        let value = ConfigurationNode(.scalar(.init("hunter2")), position: third)
        let second = SourcePosition(file: "f", line: 2, column: 1)
        let entry = ConfigurationNode.Entry(key: "authorization", keyPosition: second, value: value)
        let map = ConfigurationNode(.mapping([entry]), position: second)
        let first = SourcePosition(file: "f", line: 1, column: 1)
        let added = ConfigurationNode.Entry(key: "add", keyPosition: first, value: map)
        let node = ConfigurationNode(.mapping([added]), position: first)
        let context = ConfigurationContext()
        let names = ConfigurationFields.read(node, position: first, location: .root, context: context) { fields in
            fields.secretMap("add", help: "").map(\.0)
        }
        #expect(names == ["authorization"])
        let shown = node.redactedJSON(context.secrets)
        #expect(shown.contains("authorization") && !shown.contains("hunter2"))
    }

    @Test func jsonIsEscapedAndIndented() {
        let node: ConfigurationNode = ["a\"\n": ["b\\", 1.5, true], "c": [:], "d": [], "e": "\u{1}"]
        #expect(
            node.redactedJSON(ConfigurationSecrets()) == """
                {
                  "a\\"\\n": [
                    "b\\\\",
                    1.5,
                    true
                  ],
                  "c": {},
                  "d": [],
                  "e": "\\u0001"
                }
                """
        )
    }

    @Test(arguments: ["1.0", "-0", "007", "1e5", "0x10", "1.", "-", "~", "on", "True"])
    func onlyPlainJSONNumbersAndBooleansAreShownBare(text: String) {
        let position = SourcePosition(file: "f", line: 1, column: 1)
        let node = ConfigurationNode(.scalar(.init(text)), position: position)
        let isNumber = text == "1.0" || text == "-0"
        #expect(node.redactedJSON(ConfigurationSecrets()) == (isNumber ? text : "\"\(text)\""))
    }
}
