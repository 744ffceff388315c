/// Why a snapshot could not be written or read.
struct SnapshotError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence.
    let message: String

    init(_ message: String) { self.message = message }

    var description: String { self.message }
}
