import FilterAPI
import Foundation
import GatewayConfiguration
import Testing

/// Every `Golden/NAME.yaml` gives exactly what `Golden/NAME.expected` says: the issues, one a line, and for a
/// configuration without errors `ok` and what was read. `RECORD_GOLDEN=1` writes the expected files anew.
@Suite struct GoldenTests {
    private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden").path
    private static let names =
        (try? FileManager.default.contentsOfDirectory(atPath: directory))?
        .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted() ?? []

    @Test func thereAreGoldenFiles() {
        #expect(GoldenTests.names.count >= 90)
    }

    @Test(arguments: names)
    func readsAsExpected(_ name: String) throws {
        let path = "\(GoldenTests.directory)/\(name)"
        let found = GoldenTests.outcome(of: path).replacingOccurrences(of: "\(GoldenTests.directory)/", with: "")
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
            try found.write(toFile: "\(path).expected", atomically: true, encoding: .utf8)
        }
        #expect(try found == String(contentsOfFile: "\(path).expected", encoding: .utf8))
    }

    private static func outcome(of path: String) -> String {
        let environment = ["ALICE_KEY": "alice-secret", "PORT": "8080", "EMPTY": "", "STRUCTURE": "[a, b]: {c"]
        let (configuration, issues) = GatewayConfiguration.load(
            path: "\(path).yaml",
            environment: environment,
            filters: ExampleFilters.all
        )
        return (issues.map(\.description) + (configuration?.summary ?? [])).joined(separator: "\n") + "\n"
    }
}
