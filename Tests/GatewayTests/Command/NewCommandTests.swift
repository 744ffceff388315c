import Foundation
import TestSupport
import Testing

@testable import GatewayCommands

/// What the command writes and refuses; that the package builds, passes its test and serves is shown by `Tests/authoring`.
@Suite("`sluice new filter` makes a package")
struct NewCommandTests {
    private func folder() throws -> URL { try TemporaryDirectories.shared.make().appending(path: "made") }

    @Test("all files are there, and the names agree")
    func files() async throws {
        let folder = try self.folder()
        let outcome = try await Sluice.run([
            "new", "filter", "tenant-lookup2", folder.path, "--sluice-path", "/checkout",
        ])
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
        let paths = [
            ".gitignore", "Package.swift", "README.md", "Sources/TenantLookup2Filters/TenantLookup2Filter.swift",
            "Sources/gateway/main.swift", "Tests/TenantLookup2FiltersTests/TenantLookup2FilterTests.swift",
            "gateway.yaml",
        ]
        let made = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        #expect(
            made.filter { !folder.appending(path: $0).hasDirectoryPath }.sorted().filter { $0.contains(".") } == paths
        )
        func text(_ path: String) throws -> String {
            try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        }
        #expect(try text("Package.swift").contains(#".package(name: "sluice", path: "/checkout")"#))
        #expect(try text("Sources/gateway/main.swift").contains("bundledFilters + [TenantLookup2Filter.self]"))
        #expect(
            try text("Sources/TenantLookup2Filters/TenantLookup2Filter.swift").contains(#"name = "tenant-lookup2""#)
        )
        #expect(try text("gateway.yaml").contains("- filter: tenant-lookup2\n"))
        let output = outcome.output.split(separator: "\n")
        #expect(output.prefix(3).map(String.init) == ["made \(folder.path)", "Sluice: the checkout /checkout", "now:"])
        #expect(output.count == 4 + FilterPackage.commands.count)
        for command in output.dropFirst(4) {
            #expect(try text("README.md").contains(command.drop { $0 == " " }), "\(command)")
        }
    }

    @Test("the package is taken by its URL where that is given")
    func byURL() async throws {
        let folder = try self.folder()
        let url = "https://example.com/sluice"
        let outcome = try await Sluice.run(["new", "filter", "hello", folder.path, "--sluice-url", url])
        #expect(outcome.output.contains("\nSluice: \(url), version \(GatewayVersion.number) or later\nnow:\n"))
        let manifest = try String(contentsOf: folder.appending(path: "Package.swift"), encoding: .utf8)
        #expect(manifest.contains(/\.package\(url: "https:\/\/example\.com\/sluice", from: "\d+\.\d+\.\d+"\)/))
    }

    @Test("without either it is the checkout that the program was built in")
    func byCheckout() async throws {
        let folder = try self.folder()
        let outcome = try await Sluice.run(["new", "filter", "hello", folder.path])
        #expect(outcome.output.contains("--sluice-path PATH") && outcome.output.contains("--sluice-url URL"))
        let manifest = try String(contentsOf: folder.appending(path: "Package.swift"), encoding: .utf8)
        let expected =
            Checkout(around: URL(filePath: try Tools.sluice()))
            .map { #".package(name: "sluice", path: "\#($0.path)")"# } ?? FilterPackage.publishedURL
        #expect(manifest.contains(expected))
    }

    @Test("the command says what the package builds against, and how to have it build against another source")
    func sources() throws {
        let name = try FilterName("hello", registered: [])
        func lines(_ source: FilterPackage.Source, isChosen: Bool) -> String {
            FilterPackage(name: name, source: source).sourceLines(isChosen: isChosen).joined(separator: "\n")
        }
        let url = "https://example.com/sluice"
        let sources: [(FilterPackage.Source, String)] = [
            (.path("/checkout"), "/checkout"), (.url(url), "\(url), version \(GatewayVersion.number)"),
        ]
        for (source, shown) in sources {
            let (chosen, found) = (lines(source, isChosen: true), lines(source, isChosen: false))
            #expect(chosen.contains(shown) && found.contains(shown))
            #expect(!chosen.contains("--sluice-path") && found.contains("--sluice-path PATH"))
        }
        let published = lines(.url(FilterPackage.publishedURL), isChosen: false)
        #expect(published.contains("if that version is not there, the package does not build"))
    }

    @Test("a checkout has the manifest of Sluice, not of a package that needs it")
    func checkouts() throws {
        let root = try TemporaryDirectories.shared.make()
        let build = root.appending(path: "mine/.build/debug")
        try FileManager.default.createDirectory(at: build, withIntermediateDirectories: true)
        let program = build.appending(path: "gateway")
        let manifest =
            #"let package = Package(\n    name: "mine",\n    dependencies: [.package(name: "sluice", path: "..")])"#
            .replacing("\\n", with: "\n")
        try manifest.write(to: root.appending(path: "mine/Package.swift"), atomically: true, encoding: .utf8)
        #expect(Checkout(around: program) == nil)
        try "let package = Package(\n    name: \"sluice\",\n)".write(
            to: root.appending(path: "Package.swift"),
            atomically: true,
            encoding: .utf8
        )
        #expect(Checkout(around: program)?.path == root.resolvingSymlinksInPath().standardizedFileURL.path)
    }

    @Test(
        "a name that is none is wrong usage",
        arguments: [
            "Hello", "hello_world", "1st", "-a", "a--b", "a-", "", "ä", "key-auth", "gateway",
            String(repeating: "a", count: 65),
        ]
    )
    func names(_ name: String) async throws {
        let folder = try self.folder()
        let outcome = try await Sluice.run(["new", "filter", "--sluice-path", "/c", "--", name, folder.path])
        #expect(outcome.status == 64 && !outcome.errors.isEmpty, "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test("nothing is overwritten")
    func overwriting() async throws {
        let folder = try self.folder()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try "mine".write(to: folder.appending(path: "README.md"), atomically: true, encoding: .utf8)
        let outcome = try await Sluice.run(["new", "filter", "hello", folder.path])
        #expect(outcome.status == 1 && outcome.errors.contains("not empty"), "\(outcome)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["README.md"])
        let file = folder.appending(path: "README.md").path
        let onFile = try await Sluice.run(["new", "filter", "hello", file])
        #expect(onFile.status == 1 && onFile.errors.contains("is a file"), "\(onFile)")
    }
}
