import Synchronization

/// How many lookups may run beside their requests. Shared by all event loops.
final class LookupLimit: Sendable {
    /// How many may be under way for one configuration.
    static let usual = 256

    private let most: Int
    private let count = Atomic<Int>(0)

    init(_ most: Int = usual) { self.most = most }

    /// Takes a place; whether there was one. Who got one has to ``leave()``.
    func enter() -> Bool {
        guard self.count.wrappingAdd(1, ordering: .relaxed).newValue > self.most else { return true }
        self.leave()
        return false
    }

    func leave() { self.count.wrappingSubtract(1, ordering: .relaxed) }
}
