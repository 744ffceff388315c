import Dispatch

/// Holds a thread until a test lets it go on.
package final class DispatchGate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    package init() {}

    /// Blocks the thread until ``open()``.
    package func wait() { self.semaphore.wait() }

    /// Lets one thread go on.
    package func open() { self.semaphore.signal() }
}
