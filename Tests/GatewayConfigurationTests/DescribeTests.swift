import FilterAPI
import GatewayConfiguration
import Testing

@Suite struct DescribeTests {
    enum Relation: String, CaseIterable { case lt, gt }

    struct Example: FilterConfiguration {
        init(_ fields: ConfigurationFields) {
            _ = fields.requiredString("name", help: "The name.")
            _ = fields.integer("topK", in: 1...100, default: 1, help: "How many.")
            _ = fields.duration("timeout", bareUnit: .milliseconds, default: .seconds(10), help: "The time.")
            _ = fields.size("maxBytes", takesUnlimited: true, default: 1 << 20, help: "The size.")
            _ = fields.choice("relation", default: Relation.gt, help: "The relation.")
            _ = fields.objects("consumers", isRequired: true, help: "Who.") { consumer in
                _ = consumer.requiredSecret("credential", help: "The key.")
            }
            _ = fields.service(host: "serviceHost", help: "The service.")
        }
    }

    @Test func keysAreThoseThatAreRead() {
        let keys = ConfigurationFields.describe(Example.self)
        #expect(
            keys.map(\.name) == [
                "name", "topK", "timeout", "maxBytes", "relation", "consumers", "serviceName", "servicePort",
                "serviceHost",
            ]
        )
        #expect(keys.map(\.isRequired) == [true, false, false, false, false, true, true, false, false])
        #expect(keys.prefix(5).map(\.defaultText) == [nil, "1", "10s", "1MiB", "gt"])
        #expect(keys[1].range == "1 to 100")
        #expect(keys[2].range == "a bare number counts milliseconds")
        #expect(keys[4].allowedValues == ["lt", "gt"])
        #expect(keys[5].fields.map(\.name) == ["credential"])
        #expect(keys[5].fields.map(\.type) == [.secret])
        #expect(keys[0].help == "The name.")
    }

    @Test func theGatewaysOwnKeysAreDescribed() throws {
        let keys = GatewayConfiguration.keys
        #expect(
            keys.map(\.name) == [
                "admin", "limits", "drainTimeout", "trustedProxies", "tracing", "listeners", "services", "routes",
                "filters",
            ]
        )
        let routes = try #require(keys.first { $0.name == "routes" })
        let match = try #require(routes.fields.first { $0.name == "match" })
        #expect(match.fields.map(\.name) == ["domains", "path", "methods", "headers", "query"])
        #expect(match.fields[1].fields.map(\.name) == ["exact", "prefix", "regex"])
    }

    @Test func everyKeyOfTheGatewayHasHelp() {
        func check(_ keys: [ConfigurationKey], _ path: String) {
            for key in keys {
                #expect(key.help.hasSuffix("."), "\(path)\(key.name)")
                check(key.fields, "\(path)\(key.name).")
            }
        }
        check(GatewayConfiguration.keys, "")
    }
}
