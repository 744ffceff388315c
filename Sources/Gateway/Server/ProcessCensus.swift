/// What the process as a whole has, and what it refuses.
struct ProcessCensus {
    /// In bytes; `Int.max` for no budget.
    var memoryBudget: Int
    /// In bytes; `nil` where it cannot be known.
    var residentMemory: Int?
    var isShedding: Bool
    /// Connections that each listener closed at once.
    var refused: [(listener: String, count: (limit: Int, overload: Int))]
}
