import Synchronization

/// The files whose text went into a configuration: its own, and those of `${file:PATH}`, also ones that could not be
/// read.
package final class FilesRead: Sendable {
    private let found = Mutex<Set<String>>([])

    package init() {}

    /// In the order of their paths.
    package var paths: [String] { found.withLock { $0.sorted() } }

    func insert(_ path: String) { found.withLock { _ = $0.insert(path) } }
}
