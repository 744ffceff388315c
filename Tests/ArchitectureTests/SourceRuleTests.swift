import Foundation
import Testing

@Suite("What no source may hold")
struct SourceRuleTests {
    private static let sources =
        Repository.files(below: "Sources", endings: ["swift"]) + Repository.files(below: "filters", endings: ["swift"])

    @Test(arguments: ["try!", "fatalError(", "as! ", "TODO", "FIXME"])
    func noSourceHolds(text: String) throws {
        for file in SourceRuleTests.sources {
            #expect(!(try Repository.text(of: file).contains(text)), "\(file.path) holds \(text)")
        }
    }

    @Test func thePackageNeedsNoUnsafeFlags() throws {
        let manifest = try Repository.text(of: Repository.root.appending(path: "Package.swift"))
        #expect(!manifest.contains("unsafe" + "Flags"))
    }

    @Test func theVisibleFoldersAreThoseOfTheDesign() throws {
        let visible = Repository.folders(in: ".").filter { !$0.hasPrefix(".") }
        #expect(visible == ["Sources", "Tests", "docs", "examples", "filters"])
    }
}
