import Foundation

/// A package with one filter: what `sluice new filter` writes.
struct FilterPackage {
    /// Where the package takes Sluice from.
    enum Source {
        case url(String)
        /// A checkout, by its absolute path.
        case path(String)
    }

    /// Why nothing was written.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    let name: FilterName
    let source: Source

    /// The package as it is published: for programs that do not lie in a checkout.
    static let publishedURL = "https://github.com/sluice-gateway/sluice"

    /// What to do in the package, in this order.
    static let commands = [
        "swift test",
        "swift run gateway check gateway.yaml",
        "swift run gateway run gateway.yaml",
        "curl -i http://127.0.0.1:8080/",
    ]

    /// The files by their paths in the package.
    var files: [(path: String, text: String)] {
        [
            (".gitignore", ".build/\n/gateway.schema.json\n"),
            ("Package.swift", self.manifest),
            ("README.md", self.readme),
            ("Sources/\(self.name.module)/\(self.name.type).swift", self.filter),
            ("Sources/gateway/main.swift", self.program),
            ("Tests/\(self.name.module)Tests/\(self.name.type)Tests.swift", self.test),
            ("gateway.yaml", self.configuration),
        ]
    }

    /// Writes the files into a new or empty folder.
    ///
    /// - Throws: ``Refusal`` when there is something in the folder; or what keeps a file from being written.
    func write(to folder: URL) throws {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        if files.fileExists(atPath: folder.path, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw Refusal(description: "\(folder.relativePath) is a file") }
            guard try files.contentsOfDirectory(atPath: folder.path).isEmpty else {
                throw Refusal(description: "\(folder.relativePath) is there already and not empty; nothing was written")
            }
        }
        for (path, text) in self.files {
            let file = folder.appending(path: path)
            try files.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
    }
}
