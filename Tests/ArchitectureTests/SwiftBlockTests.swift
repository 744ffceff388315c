import Foundation
import Testing

/// The Swift in the documentation is compiled: a block with a title is a whole file, any other says that it is a fragment.
@Suite("The Swift in the documentation is what compiles")
struct SwiftBlockTests {
    /// Begins a fragment whose lines stand in a file, in this order and perhaps with others between them.
    private static let excerpt = "// fragment of "

    private static let pages =
        Repository.files(below: "docs", endings: ["md"]) + [Repository.root.appending(path: "README.md")]

    @Test(arguments: pages)
    func aBlockIsAWholeFileOrSaysThatItIsAFragment(page: URL) throws {
        for block in try SwiftBlock.all(in: page) where block.title == nil {
            let first = block.text.prefix { $0 != "\n" }
            let isFragment = first == "// fragment" || first.hasPrefix(Self.excerpt)
            #expect(isFragment, "\(page.lastPathComponent):\n\(block.text)")
        }
    }

    @Test func theTutorialsFilesAreThoseOfTheExampleAndOfTheShippedFilter() throws {
        let page = Repository.root.appending(path: "docs/writing-a-filter.md")
        let files = try SwiftBlock.all(in: page).filter { $0.title != nil }
        #expect(files.count >= 3)
        for file in files {
            let title = file.title ?? ""
            // The shipped filter's files stand where they are, the tutorial's own in its package.
            let folder = title.hasPrefix("filters/") ? "" : "examples/custom-filter/"
            let path = Repository.root.appending(path: folder + title)
            #expect(try Repository.text(of: path) == file.text, "\(path.path)")
        }
    }

    /// What the tutorial shows of files is in files that are compiled.
    @Test func theTutorialsFragmentsStandInFiles() throws {
        let page = Repository.root.appending(path: "docs/writing-a-filter.md")
        let fragments = try SwiftBlock.all(in: page).filter { $0.title == nil }
        #expect(fragments.count >= 3)
        for fragment in fragments {
            var lines = fragment.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }[...]
            let first = lines.removeFirst()
            try #require(first.hasPrefix(Self.excerpt), "\(fragment.text)")
            let file = Repository.root.appending(path: String(first.dropFirst(Self.excerpt.count)))
            for line in try Repository.text(of: file).split(separator: "\n")
            where line.trimmingCharacters(in: .whitespaces) == lines.first {
                lines.removeFirst()
            }
            #expect(lines.isEmpty, "\(file.lastPathComponent) has no line \(lines.first ?? "")")
        }
    }

    /// The filters of the reference compile against the modules that were built for this test.
    @Test func theFiltersOfTheReferenceCompile() throws {
        let page = Repository.root.appending(path: "docs/filter-api.md")
        let files = try SwiftBlock.all(in: page).filter { $0.title != nil }
        #expect(files.count >= 3)
        for file in files {
            let result = try ModuleSearch.typecheck(file.text)
            #expect(result.status == 0, "\(file.title ?? ""):\n\(result.output)")
        }
    }
}

/// A fenced block of Swift.
struct SwiftBlock {
    /// The path in `title="PATH"`.
    let title: String?
    let text: String

    static func all(in page: URL) throws -> [SwiftBlock] {
        var blocks: [SwiftBlock] = []
        var open: (title: String?, lines: [Substring])?
        for line in try Repository.text(of: page).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```swift") {
                open = (line.firstMatch(of: /title="([^"]+)"/).map { String($0.1) }, [])
            } else if line.hasPrefix("```"), let block = open {
                blocks.append(SwiftBlock(title: block.title, text: block.lines.joined(separator: "\n") + "\n"))
                open = nil
            } else {
                open?.lines.append(line)
            }
        }
        return blocks
    }
}
