import BundledFilters
import Foundation
import Gateway
import Logging
import Testing

@Suite("Every configuration in the documentation and the examples loads")
struct DocumentationTests {
    @Test(
        arguments: Repository.files(below: "examples", endings: ["yaml", "yml"]).filter {
            // One is a package of its own, one needs a certificate that its script makes, some a token.
            !["custom-filter", "examples/edge/gateway", "examples/deploy/"].contains(where: $0.path.contains)
        }
    )
    func anExampleLoadsWithoutErrorsAndWarnings(file: URL) throws {
        let (plan, issues) = load(try Repository.text(of: file), file: file.path)
        #expect(plan != nil && issues.isEmpty, "\(issues.map(\.description).joined(separator: "\n"))")
    }

    @Test(
        arguments: Repository.files(below: "docs", endings: ["md"])
            + Repository.files(below: "examples", endings: ["md"])
    )
    func theConfigurationsOfAPageLoad(page: URL) throws {
        for block in try wholeConfigurations(in: page) {
            let (plan, issues) = load(block, file: page.path)
            #expect(plan != nil, "\(issues.map(\.description).joined(separator: "\n"))\n\(block)")
        }
    }

    @Test func theReadmesConfigurationLoads() throws {
        let blocks = try wholeConfigurations(in: Repository.root.appending(path: "README.md"))
        #expect(!blocks.isEmpty)
        for block in blocks {
            let (plan, issues) = load(block, file: "README.md")
            #expect(plan != nil, "\(issues.map(\.description).joined(separator: "\n"))\n\(block)")
        }
    }

    private func load(_ text: String, file: String) -> (GatewayPlan?, [some CustomStringConvertible]) {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return GatewayPlan.load(
            text: text,
            file: file,
            registry: FilterRegistry(bundledFilters),
            surroundings: GatewayPlan.Surroundings(logger: logger)
        )
    }
}

/// The YAML blocks of a page that do not say that they are fragments.
private func wholeConfigurations(in page: URL) throws -> [String] {
    var blocks: [String] = []
    var lines: [Substring]?
    for line in try Repository.text(of: page).split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("```yaml") {
            lines = []
        } else if line.hasPrefix("```"), let block = lines {
            if block.first?.hasPrefix("# fragment") != true { blocks.append(block.joined(separator: "\n") + "\n") }
            lines = nil
        } else {
            lines?.append(line)
        }
    }
    return blocks
}
