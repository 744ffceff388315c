import FilterAPI
import GatewayConfiguration

/// Filters with keys of every kind, as the bundled ones have them.
enum ExampleFilters {
    static let all = [
        FilterDescription(
            name: "key-auth",
            defaultPhase: .authn,
            defaultPriority: 310,
            configuration: KeyAuth.self
        ),
        FilterDescription(
            name: "ai-cache",
            defaultPhase: .authn,
            defaultPriority: 10,
            configuration: AICache.self
        ),
        FilterDescription(
            name: "skip-header",
            defaultPhase: .authn,
            defaultPriority: 1000,
            configuration: SkipHeader.self
        ),
        FilterDescription(name: "cors", defaultPhase: .authz, defaultPriority: 340, configuration: Nothing.self),
        FilterDescription(name: "access-log", defaultPhase: .stats, defaultPriority: 1000, configuration: Nothing.self),
    ]

    struct KeyAuth: FilterConfiguration {
        init(_ fields: ConfigurationFields) {
            _ = fields.bool("in_header", default: true, help: "Look in the header.")
            _ = fields.strings("keys", form: .listOrScalar, default: ["x-api-key"], help: "Names of the keys.")
            _ = fields.string("realm", default: "gateway", help: "The realm.")
            _ = fields.objects("consumers", isRequired: true, named: "name", help: "Who may call.") { consumer in
                _ = consumer.requiredString("name", help: "The consumer's name.")
                _ = consumer.secret("credential", help: "A key.")
                _ = consumer.secrets("credentials", help: "Several keys.")
                if !consumer.has("credential"), !consumer.has("credentials") { consumer.error("needs a credential") }
            }
        }
    }

    struct SkipHeader: FilterConfiguration {
        init(_ fields: ConfigurationFields) {
            _ = fields.objects("rules", help: "Rules.") { rule in
                _ = rule.requiredString("header", help: "The header.")
                _ = rule.requiredString("value", help: "Its value.")
                _ = rule.strings("filters", help: "The filters to skip.")
            }
        }
    }

    struct AICache: FilterConfiguration {
        enum Relation: String, CaseIterable { case lt, lte, gt, gte }

        init(_ fields: ConfigurationFields) {
            _ = fields.alternatives("cacheKeyFrom", help: "What the key is made of.", scalar: { $0 }) {
                $0.string("requestBody", help: "A path into the body.") ?? ""
            }
            for part in ["vector", "embedding", "cache"] {
                _ = fields.object(part, help: "A provider.", AICache.provider)
            }
            if !fields.has("vector"), !fields.has("cache"), !fields.isDescribing {
                fields.error("found neither vector nor cache; expected at least one")
            }
        }

        private static func provider(_ fields: ConfigurationFields) {
            _ = fields.requiredString("type", help: "The provider.")
            _ = fields.service(host: "serviceHost", defaultPort: 6379, help: "The provider's service.")
            _ = fields.secret("apiKey", help: "The key.")
            _ = fields.secret("password", help: "The password.")
            for key in ["collectionID", "model"] { _ = fields.string(key, help: "A name.") }
            _ = fields.double("threshold", default: 1000, help: "The threshold.")
            _ = fields.choice("thresholdRelation", default: Relation.lt, help: "The relation.")
            _ = fields.duration("timeout", bareUnit: .milliseconds, default: .seconds(10), help: "The timeout.")
        }
    }

    struct Nothing: FilterConfiguration {
        init(_ fields: ConfigurationFields) {}
    }
}
