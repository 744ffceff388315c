package import Logging
import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Tells all listeners of the process when its file descriptors are short, and the log once each time.
package final class DescriptorWatch: Sendable {
    /// How long descriptors have to have sufficed before a listener hurries again.
    static let calm = TimeAmount.seconds(1)
    /// How long they have to have sufficed before the log hears of another shortage.
    static let silence = TimeAmount.seconds(10)

    /// What connections of clients may take.
    package let budget: DescriptorBudget
    private let logger: Logger
    private let lastShortage = Mutex<NIODeadline?>(nil)
    private let beyond = Atomic<Int>(0)

    /// - Parameter logger: Hears of shortages.
    package init(_ budget: DescriptorBudget, logger: Logger) {
        self.budget = budget
        self.logger = logger
    }

    /// The number that the next descriptor gets; `nil` when there is none.
    package static var lowestFree: Int? {
        let descriptor = open("/", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        HandedSocket.close(descriptor)
        return Int(descriptor)
    }

    /// Whether a connection may be accepted.
    var hasRoom: Bool { Self.lowestFree.map { $0 < self.budget.ceiling } ?? false }

    /// Whether there has been no shortage for a while.
    func isCalm(at now: NIODeadline) -> Bool {
        self.lastShortage.withLock { $0.map { now - $0 > Self.calm } ?? true }
    }

    /// Descriptors are short now.
    func noteShortage(_ listener: String, at now: NIODeadline) {
        let isNew = self.lastShortage.withLock { last in
            defer { last = now }
            return last.map { now - $0 > Self.silence } ?? true
        }
        guard isNew else { return }
        self.logger.warning(
            "file descriptors are short: accepting pauses",
            metadata: ["listener": "\(listener)", "limit": "\(self.budget.limit)"]
        )
    }

    /// Whether the descriptor of a connection is beyond what clients may take.
    func isBeyond(_ descriptor: Int) -> Bool { descriptor >= self.budget.ceiling }

    /// Counts a connection beyond the budget; `false` for one that there is no room for at all, which is not counted.
    func enterBeyond() -> Bool {
        let (before, _) = self.beyond.wrappingAdd(1, ordering: .relaxed)
        guard before >= self.budget.excess else { return true }
        self.leaveBeyond()
        return false
    }

    func leaveBeyond() { self.beyond.wrappingSubtract(1, ordering: .relaxed) }
}
