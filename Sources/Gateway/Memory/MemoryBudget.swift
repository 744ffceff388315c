/// How much memory the process should take at most: a pure value.
struct MemoryBudget: Equatable {
    /// The budget without a configured one, where the system has enough.
    static let standard = 2 << 30

    /// In bytes; `Int.max` for no budget.
    let bytes: Int
    /// Whether the system ends the process before the budget is reached.
    let isBeyondSystem: Bool

    /// - Parameters:
    ///   - configured: `limits.memory`; `nil` when the file has none.
    ///   - system: What the control group or the machine has; `nil` when it is not known.
    init(configured: Int?, system: Int?) {
        // What is left is for the kernel's socket buffers, which count in a control group, and for other processes.
        let share = system.map { $0 / 5 * 4 } ?? Int.max
        self.bytes = configured ?? min(MemoryBudget.standard, share)
        self.isBeyondSystem = configured != nil && self.bytes != Int.max && self.bytes > system ?? Int.max
    }
}
