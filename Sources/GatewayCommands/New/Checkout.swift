import Foundation

/// A checkout of Sluice: what a program was built in that nobody installed.
struct Checkout: Hashable {
    /// The folder with the manifest.
    let path: String

    /// The checkout around a file, such as a program in its build folder; `nil` for a file elsewhere.
    init?(around file: URL) {
        var folder = file.resolvingSymlinksInPath().deletingLastPathComponent().standardizedFileURL
        while !Checkout.holdsManifest(folder) {
            let above = folder.deletingLastPathComponent().standardizedFileURL
            guard above.path != folder.path, above.path.count < folder.path.count else { return nil }
            folder = above
        }
        self.path = folder.path
    }

    /// Whether a folder has the manifest of Sluice, and not that of a package that depends on it.
    private static func holdsManifest(_ folder: URL) -> Bool {
        let manifest = FileManager.default.contents(atPath: folder.appending(path: "Package.swift").path)
        return manifest.map { String(decoding: $0, as: UTF8.self).contains(/Package\(\s*name: "sluice"/) } ?? false
    }
}
