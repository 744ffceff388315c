import Foundation
import Testing

/// Which of our modules may import which: imports point the way that a request travels.
private let allowed: [String: Set<String>] = [
    "FilterAPI": [],
    "GJSON": [],
    "CSentenceEncoder": [],
    "SentenceEncoder": ["CSentenceEncoder"],
    "HTTP1": ["FilterAPI"],
    "HTTP2": ["FilterAPI", "HTTP1"],
    "Upstream": ["FilterAPI", "HTTP1", "HTTP2"],
    "GatewayConfiguration": ["FilterAPI"],
    "FilterRuntime": ["FilterAPI", "Upstream"],
    "Downstream": ["FilterAPI", "FilterRuntime", "HTTP1", "HTTP2"],
    "FilterTesting": ["FilterAPI", "FilterRuntime", "Upstream"],
    "BundledFilters": ["FilterAPI", "GJSON", "SentenceEncoder"],
    "Gateway": [
        "FilterAPI", "GJSON", "HTTP1", "HTTP2", "Upstream", "GatewayConfiguration", "FilterRuntime",
        "Downstream",
    ],
    "GatewayCommands": ["Gateway", "GatewayConfiguration", "FilterAPI", "GJSON"],
    "sluice": ["GatewayCommands", "BundledFilters"],
]

@Suite("Modules import only what the table allows")
struct ImportTests {
    @Test(arguments: allowed.keys.sorted())
    func importsOfModuleFollowTheTable(module: String) throws {
        let folder = module == "BundledFilters" ? "filters" : "Sources/\(module)"
        let files = Repository.files(below: folder, endings: ["swift", "c"])
        #expect(!files.isEmpty, "\(folder) has no sources")
        for file in files {
            for imported in try imports(of: file) where allowed[imported] != nil {
                #expect(
                    allowed[module]?.contains(imported) == true,
                    "\(file.lastPathComponent) of \(module) imports \(imported)"
                )
            }
        }
    }

    @Test func everyModuleOfTheTreeIsInTheTable() {
        let modules = Set(Repository.folders(in: "Sources") + ["BundledFilters"])
        #expect(modules == Set(allowed.keys))
    }

    @Test(arguments: allowed.keys.sorted())
    func fileNamesAreUniqueInAModule(module: String) {
        let folder = module == "BundledFilters" ? "filters" : "Sources/\(module)"
        let names = Repository.files(below: folder, endings: ["swift"]).map(\.lastPathComponent)
        #expect(Set(names).count == names.count, "\(names.filter { name in names.count { $0 == name } > 1 })")
    }
}

private func imports(of file: URL) throws -> [String] {
    let words: Set<Substring> = ["import", "public", "package", "internal", "private", "fileprivate", "@testable"]
    // What is indented is text of a template, or a library of the system.
    return try Repository.text(of: file).split(separator: "\n").filter { $0.first != " " }.compactMap { line in
        let parts = line.split(separator: " ")
        guard parts.contains("import"), let last = parts.last, parts.dropLast().allSatisfy(words.contains) else {
            return nil
        }
        return String(last)
    }
}
