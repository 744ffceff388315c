import Foundation

/// Type-checks Swift text against the modules beside the running tests.
enum ModuleSearch {
    static func typecheck(_ text: String) throws -> (status: Int32, output: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sluice-docs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "Block.swift")
        try text.write(to: file, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["swiftc", "-typecheck", "-swift-version", "6", "-parse-as-library", "-warnings-as-errors"]
            + self.searchPaths + [file.path]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// The folder of the build that the tests belong to.
    private static var build: URL {
        var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: "Modules").path) {
            folder.deleteLastPathComponent()
        }
        return folder
    }

    /// The modules, and the C headers that they were built with.
    private static var searchPaths: [String] {
        var arguments = ["-I", self.build.appending(path: "Modules").path]
        let checkouts = self.build.deletingLastPathComponent().deletingLastPathComponent().appending(path: "checkouts")
        let keys: [URLResourceKey] = [.isRegularFileKey]
        guard let walk = FileManager.default.enumerator(at: checkouts, includingPropertiesForKeys: keys) else {
            return arguments
        }
        for case let url as URL in walk where url.lastPathComponent == "module.modulemap" {
            guard url.path.contains("/Sources/") else { continue }
            arguments += ["-Xcc", "-fmodule-map-file=\(url.path)", "-I", url.deletingLastPathComponent().path]
        }
        let generated = (try? FileManager.default.contentsOfDirectory(at: self.build, includingPropertiesForKeys: nil))
        for url in generated ?? [] where url.pathExtension == "build" {
            let map = url.appending(path: "module.modulemap")
            if FileManager.default.fileExists(atPath: map.path) {
                arguments += ["-Xcc", "-fmodule-map-file=\(map.path)"]
            }
        }
        return arguments
    }
}
