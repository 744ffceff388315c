import BundledFilters
import FilterAPI
import FilterTesting
import Foundation
import GatewayConfiguration
import Testing

/// Every registered filter passes the conformance suite, with the configuration of the first example on its page that
/// names it.
@Suite("Every bundled filter conforms")
struct BundledConformanceTests {
    /// What some filters need beside the example of their page.
    struct Need: Sendable {
        /// Fields that let requests pass.
        var headers: HeaderFields = [:]
        /// Rules that the filter breaks by its purpose.
        var exceptions: Set<ConformanceRule> = []
        /// Names of header fields that differ each time.
        var varying: Set<String> = []
        /// The configuration in place of the example's, where that one touches the machine.
        var config: ConfigurationNode?
    }

    /// By the filters' names; most need nothing.
    static let needs: [String: Need] = [
        "access-log": Need(config: ["path": "/dev/null"]),
        "key-auth": Need(headers: ["x-api-key": "key-of-alice"]),
        "request-id": Need(varying: ["x-correlation-id"]),
    ]

    @Test(arguments: bundledFilters.map { $0.name })
    func aFilterConforms(name: String) async throws {
        let filter = try #require(bundledFilters.first { $0.name == name })
        let example = try self.example(of: name)
        let need = Self.needs[name] ?? Need()
        try await check(filter, need.config ?? example, need)
    }

    @Test func noNeedIsOfAFilterThatIsGone() {
        #expect(Set(Self.needs.keys).isSubset(of: bundledFilters.map { $0.name }))
    }

    private func check<F: Filter>(_ filter: F.Type, _ config: ConfigurationNode?, _ need: Need) async throws {
        let conformance = FilterConformance(
            of: F.self,
            config: config,
            headers: need.headers,
            varying: FilterConformance.varyingHeaders.union(need.varying),
            except: need.exceptions
        )
        try await conformance.check()
    }

    /// The `config` of the filter in the first block of YAML on its page that has an entry of it.
    private func example(of name: String) throws -> ConfigurationNode? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/filters/\(name).md"), encoding: .utf8)
        for block in page.components(separatedBy: "```yaml\n").dropFirst() {
            let text = block.components(separatedBy: "\n```").first ?? ""
            let node = ConfigurationText(text, file: "docs/filters/\(name).md").root(ConfigurationIssues())
            let entries = node?["filters"]?.items ?? []
            if let entry = entries.first(where: { $0["filter"]?.scalar?.text == name }) { return entry["config"] }
        }
        return nil
    }
}
