import Foundation

/// The tree that the tests were built from.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All files below a folder with one of the endings, sorted by path.
    static func files(below folder: String, endings: Set<String>) -> [URL] {
        let start = self.root.appending(path: folder)
        let keys: [URLResourceKey] = [.isRegularFileKey]
        guard let walk = FileManager.default.enumerator(at: start, includingPropertiesForKeys: keys) else { return [] }
        var found: [URL] = []
        for case let url as URL in walk where endings.contains(url.pathExtension) {
            guard !url.path.contains("/.build") else { continue }
            found.append(url)
        }
        return found.sorted { $0.path < $1.path }
    }

    /// The names of the folders directly in a folder.
    static func folders(in folder: String) -> [String] {
        let start = self.root.appending(path: folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: start.path)) ?? []
        return names.filter { name in
            var isFolder: ObjCBool = false
            let path = start.appending(path: name).path
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
        }.sorted()
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: self.root.appending(path: path).path)
    }

    static func text(of url: URL) throws -> String { try String(contentsOf: url, encoding: .utf8) }
}
