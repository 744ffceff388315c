import Foundation
import TestSupport
import Testing

@Suite("The documentation has every metric")
struct DocumentedMetricsTests {
    @Test func thatIsShownAndNoOther() async throws {
        let page = try self.page("docs/observability.md")
        let tables = page.components(separatedBy: "## Useful queries")[0]
        let documented = self.families(in: tables)
        let ofFilters = self.families(
            in: try self.page("docs/filters/access-log.md") + self.page("docs/filters/ai-cache.md")
        )
        try await MetricsFixture.run { fixture in
            let shown = try await fixture.families().names
            let forgotten = shown.subtracting(documented).subtracting(ofFilters)
            #expect(forgotten.isEmpty, "not documented: \(forgotten.sorted())")
            #if os(Linux)
                let gone = documented.subtracting(shown)
            #else
                let gone = documented.subtracting(shown).filter { !$0.hasPrefix("process_") }
            #endif
            #expect(gone.isEmpty, "documented and not there: \(gone.sorted())")
        }
    }

    /// The families and labels of the tables' first columns.
    @Test func withItsLabels() async throws {
        let page = try self.page("docs/observability.md")
        try await MetricsFixture.run { fixture in
            let text = try await fixture.metrics().body
            for match in page.matches(of: /`(sluice_[a-z_]+)\{([a-z,]+)\}` \| (counter|gauge|histogram|summary)/) {
                let name = String(match.1)
                let type = text.firstMatch(of: try Regex("# TYPE \(name) ([a-z]+)\n", as: (Substring, Substring).self))
                #expect(type?.1 == match.3, "\(name)")
                let sample = try Regex("\n\(name)(?:_sum|_count)?\\{([^}]*)\\}", as: (Substring, Substring).self)
                let first = try #require(text.firstMatch(of: sample), "\(name) has no sample")
                let labels = first.1.matches(of: /([a-z]+)="/).map { $0.1 }
                #expect(labels == match.2.split(separator: ","), "\(name)")
            }
        }
    }

    private func families(in text: String) -> Set<String> {
        let found = text.matches(of: /`((?:sluice|process)_[a-z_]+)(?:\{[a-z,]*\})?`/).map { String($0.1) }
        return Set(found)
    }

    private func page(_ path: String) throws -> String {
        try String(contentsOf: Tools.root.appendingPathComponent(path), encoding: .utf8)
    }
}
