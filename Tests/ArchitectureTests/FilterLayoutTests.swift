import BundledFilters
import FilterAPI
import Foundation
import Testing

@Suite("A filter is a folder, a line in the table, a page and a test, all of one name")
struct FilterLayoutTests {
    static let names = bundledFilters.map { $0.name }
    /// Folders of what several filters share.
    static let sharedFolders = ["shared"]
    /// Words of names that are spelled so in the names of types.
    static let acronyms = ["ai": "AI", "hmac": "HMAC", "ip": "IP", "jwt": "JWT"]

    @Test func theFoldersAreTheRegisteredFilters() {
        let expected = FilterLayoutTests.names + FilterLayoutTests.sharedFolders
        #expect(Repository.folders(in: "filters") == expected.sorted())
    }

    @Test func theTableIsInAlphabeticalOrder() {
        #expect(FilterLayoutTests.names == FilterLayoutTests.names.sorted())
    }

    @Test(arguments: names)
    func aFilterHasAPageThatNamesItsKeys(name: String) throws {
        let page = Repository.root.appending(path: "docs/filters/\(name).md")
        let text = try Repository.text(of: page)
        for filter in bundledFilters where filter.name == name {
            for key in keys(of: filter) {
                #expect(text.contains("`\(key.name)`"), "docs/filters/\(name).md does not explain `\(key.name)`")
            }
        }
    }

    @Test func everyPageBelongsToAFilter() {
        let pages = Repository.files(below: "docs/filters", endings: ["md"]).map {
            $0.deletingPathExtension().lastPathComponent
        }
        #expect(pages == FilterLayoutTests.names.sorted())
    }

    @Test(arguments: names)
    func aFilterHasItsTests(name: String) {
        let words = name.split(separator: "-").map(String.init)
        let stem = words.map { FilterLayoutTests.acronyms[$0] ?? $0.capitalized }.joined()
        let tests = Repository.files(below: "Tests/FiltersTests", endings: ["swift"]).map(\.lastPathComponent)
        #expect(
            tests.contains { $0.hasPrefix(stem) && $0.hasSuffix("Tests.swift") },
            "no Tests/FiltersTests/\(stem)Tests.swift"
        )
    }
}

private func keys<F: Filter>(of filter: F.Type) -> [ConfigurationKey] {
    ConfigurationFields.describe(F.Configuration.self)
}
