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

    /// A Python with the packages `openai`, `grpcio` and `websockets`: `SLUICE_PYTHON`.
    static func python() throws -> String {
        guard let path = ProcessInfo.processInfo.environment["SLUICE_PYTHON"] else {
            throw Missing(
                description: "SLUICE_PYTHON must name a Python with openai, grpcio and websockets; Tests/run sets it"
            )
        }
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "SLUICE_PYTHON names \(path), which cannot be run")
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
