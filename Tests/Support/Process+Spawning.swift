import Foundation

private let spawning = NSLock()

extension Process {
    /// Runs the program while no other one is started.
    ///
    /// Descriptors that Foundation opens for one child could otherwise be inherited by another, and the end of the first
    /// would be noticed only with the end of the second.
    func runAlone() throws {
        try spawning.withLock { try self.run() }
    }
}
