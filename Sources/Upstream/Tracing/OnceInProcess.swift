import Synchronization

/// Lets something be said once, whichever event loop comes to say it first.
package final class OnceInProcess: Sendable {
    private let isSaid = Atomic<Bool>(false)

    package init() {}

    /// Whether the caller is the one to say it.
    package func isMine() -> Bool { !self.isSaid.exchange(true, ordering: .relaxed) }
}
