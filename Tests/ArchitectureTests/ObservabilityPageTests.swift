import Foundation
import Testing

/// The details and marks that stand in the sources are those of `docs/observability.md`.
@Suite("The page on observability has what the sources say")
struct ObservabilityPageTests {
    private static let sources = Repository.files(below: "Sources", endings: ["swift"])

    /// Details of answers that the gateway reads; they are in the program's log, not in the access log.
    private static let ofResponses: Set = [
        "http1.invalid_status_line", "http1.status_line_too_long", "http1.truncated_body",
    ]

    @Test func allMarks() throws {
        let patterns = [
            #"responseFlags\.append\("([A-Z]+)"\)"#, #"upstreamGaveUp\("([A-Z]+)"\)"#,
            #"static let [a-zA-Z]+ = "([A-Z]{2,3})"\n"#, #"case \.[a-zA-Z, .]+: "([A-Z]{2,3})"\n"#,
        ]
        let found = try self.found(patterns)
        let page = try self.page.components(separatedBy: "### Marks")[1].components(separatedBy: "## Details")[0]
        let documented = Set(page.matches(of: /\| `([A-Z]+)` \|/).map { String($0.1) })
        #expect(found == documented)
    }

    @Test func allDetails() throws {
        let patterns = [
            #"\.gateway\(\s*(?:[0-9]+|isKnown [^,]*),\s*"([a-z_.]+)""#, #"detail: "([a-z_0-9.]+)""#,
            #"breakOff\("([a-z_]+)"\)"#, #"responseCodeDetails = "([a-z_]+)"\n"#,
            #"= "(http[12]\.[a-z_]+)"\n"#, #"= "(upstream_[a-z_]+|no_healthy_upstream)"\n"#,
            #"case \.[a-zA-Z]+: "([a-z_0-9.]+_[a-z_]+)"\n"#, #"end\("(http2\.[a-z_]+)""#,
        ]
        let found = try self.found(patterns).subtracting(Self.ofResponses)
        let page = try self.page.components(separatedBy: "## Details")[1].components(
            separatedBy: "## The program's log"
        )[0]
        let documented = Set(
            page.split(separator: "\n").filter { $0.hasPrefix("| `") }
                .flatMap { $0.split(separator: "|")[0].matches(of: /`([a-z_0-9.]+)`/).map { String($0.1) } }
        )
        let forgotten = found.filter { $0.contains("_") || $0 == "overload" || $0 == "redirect" }.subtracting(
            documented
        )
        #expect(forgotten.isEmpty, "not documented: \(forgotten.sorted())")
        let texts = try Self.sources.map { try Repository.text(of: $0) }
        for detail in documented {
            #expect(texts.contains { $0.contains("\"\(detail)\"") || $0.contains("case \(detail)\n") }, "\(detail)")
        }
    }

    private var page: String {
        get throws { try Repository.text(of: Repository.root.appending(path: "docs/observability.md")) }
    }

    /// What the first groups of the patterns match in those modules whose words reach the access log.
    private func found(_ patterns: [String]) throws -> Set<String> {
        let modules = ["/Downstream/", "/FilterRuntime/", "/Upstream/", "/HTTP1/", "/Gateway/"]
        var found: Set<String> = []
        for file in Self.sources where modules.contains(where: { file.path.contains("/Sources\($0)") }) {
            let text = try Repository.text(of: file)
            for pattern in patterns {
                let regex = try Regex(pattern, as: (Substring, Substring).self)
                for match in text.matches(of: regex) { found.insert(String(match.1)) }
            }
        }
        return found
    }
}
