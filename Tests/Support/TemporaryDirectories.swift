package import Foundation
import Synchronization

/// Directories for tests, removed when the process ends.
package final class TemporaryDirectories: Sendable {
    package static let shared = TemporaryDirectories()

    private let made = Mutex<[URL]>([])

    private init() {
        atexit { TemporaryDirectories.shared.remove() }
    }

    /// Makes an empty directory.
    package func make() throws -> URL {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sluice-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        made.withLock { $0.append(directory) }
        return directory
    }

    private func remove() {
        for directory in made.withLock({ $0 }) { try? FileManager.default.removeItem(at: directory) }
    }
}
