/// The instructions at which matches in progress stand at one place of the input, most preferred first.
///
/// Source: Briggs and Torczon, An Efficient Representation for Sparse Sets (1993): emptying it takes no time.
struct PatternThreads {
    /// All instructions visited at this place, in order of the visit.
    private var visited: [Int32]
    /// For each instruction its index in `visited`, if that entry agrees.
    private var places: [Int32]
    private var visitedCount = 0
    /// Those of the visited instructions that wait for a byte or accept.
    private var waiting: [Int32] = []
    /// The slots of each instruction's thread.
    private var storage: [Int32]
    private let slotCount: Int

    init(capacity: Int, slotCount: Int) {
        self.visited = [Int32](repeating: 0, count: capacity)
        self.places = [Int32](repeating: 0, count: capacity)
        self.storage = [Int32](repeating: -1, count: capacity * slotCount)
        self.slotCount = slotCount
    }

    var count: Int { self.waiting.count }
    var isEmpty: Bool { self.waiting.isEmpty }
    subscript(index: Int) -> Int32 { self.waiting[index] }

    mutating func removeAll() {
        self.visitedCount = 0
        self.waiting.removeAll(keepingCapacity: true)
    }

    /// Notes a visit; false when the instruction was visited before.
    mutating func insert(_ instruction: Int32) -> Bool {
        let place = Int(self.places[Int(instruction)])
        if place < self.visitedCount, self.visited[place] == instruction { return false }
        self.visited[self.visitedCount] = instruction
        self.places[Int(instruction)] = Int32(truncatingIfNeeded: self.visitedCount)
        self.visitedCount += 1
        return true
    }

    mutating func append(_ instruction: Int32, slots: [Int32]) {
        self.waiting.append(instruction)
        let start = Int(instruction) * self.slotCount
        for slot in 0..<self.slotCount { self.storage[start + slot] = slots[slot] }
    }

    func load(_ slots: inout [Int32], of instruction: Int32) {
        let start = Int(instruction) * self.slotCount
        for slot in 0..<self.slotCount { slots[slot] = self.storage[start + slot] }
    }

    func slots(of instruction: Int32) -> [Int32] {
        let start = Int(instruction) * self.slotCount
        return Array(self.storage[start..<(start + self.slotCount)])
    }
}
