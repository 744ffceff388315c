import Foundation
import TestSupport

/// The programs that tests run.
enum Tools {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// The gateway's own program: `SLUICE_BINARY`, or the one that was built with the tests.
    static func sluice() throws -> String {
        let builtWithTests = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let candidates =
            ProcessInfo.processInfo.environment["SLUICE_BINARY"].map { [$0] }
            ?? [builtWithTests + "/sluice", self.root.appendingPathComponent(".build/debug/sluice").path]
        guard let found = candidates.first(where: FileManager.default.isExecutableFile) else {
            throw Missing(description: "no sluice at \(candidates.joined(separator: ", ")); set SLUICE_BINARY")
        }
        return found
    }

    /// A Python with the packages that programs in `Python` import: `SLUICE_PYTHON`.
    static func python() throws -> String {
        try self.program("SLUICE_PYTHON", "a Python that has the packages which Tests/run installs")
    }

    /// The program `chroma` of the package `chromadb`: `SLUICE_CHROMA`.
    static func chroma() throws -> String {
        try self.program("SLUICE_CHROMA", "the program chroma of the Python package chromadb")
    }

    /// A program of the system by its name.
    static func found(_ name: String) throws -> String {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let paths = folders.map { "\($0)/\(name)" }
        guard let path = paths.first(where: FileManager.default.isExecutableFile) else {
            throw Missing(description: "\(name) is not installed; Tests/run installs it")
        }
        return path
    }

    private static func program(_ variable: String, _ meaning: String) throws -> String {
        guard let path = ProcessInfo.processInfo.environment[variable] else {
            throw Missing(description: "\(variable) must name \(meaning); Tests/run sets it")
        }
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "\(variable) names \(path), which cannot be run")
        }
        return path
    }

    /// A file beside this one.
    static func file(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// The package's root.
    static var root: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }
}
