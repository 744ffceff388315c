import Synchronization

/// What filters of a test did, in order.
final class Journal: Sendable {
    private let noted = Mutex<[String]>([])

    func note(_ text: String) { self.noted.withLock { $0.append(text) } }

    var lines: [String] { self.noted.withLock { $0 } }

    func count(_ line: String) -> Int { self.lines.filter { $0 == line }.count }
}
