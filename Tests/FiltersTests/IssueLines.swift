import FilterAPI
import FilterTesting
import Testing

/// What is said about a `config`: `LINE: config...: message` of each issue.
func issueLines<F: Filter>(of type: F.Type, _ config: ConfigurationNode, services: [String]? = nil) -> [String] {
    TestGateway.issues(of: type, config: config, services: services).map { issue in
        issue.replacing("<\(F.name)>:", with: "").replacing(#"filters[0] "\#(F.name)": "#, with: "")
            .replacing(":1: ", with: ": ", maxReplacements: 1)
    }
}

/// A `config` and what is said about it.
struct ConfigurationCase: Sendable, CustomTestStringConvertible {
    let config: ConfigurationNode
    let issues: [String]

    init(_ config: ConfigurationNode, _ issues: String...) {
        self.config = config
        self.issues = issues
    }

    var testDescription: String { self.issues.first ?? "no issue" }
}
