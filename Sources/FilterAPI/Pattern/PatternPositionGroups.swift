/// What follows each combination of some neighbouring positions, as ``PatternPositions`` reads it.
struct PatternPositionGroups {
    /// How many positions a group has.
    let size: Int
    private(set) var starts: [Int32] = [0]
    private(set) var words: [Int32] = []
    private(set) var values: [UInt64] = []
    private let maximumValues: Int
    /// The place of each word in the words of the group that is being added, or -1.
    private var places: [Int]

    init(size: Int, wordCount: Int, maximumValues: Int) {
        self.size = size
        self.places = [Int](repeating: -1, count: wordCount)
        self.maximumValues = maximumValues
    }

    /// Adds a group of positions, each with the numbers of those that follow it; false when there is no room.
    mutating func append(_ rows: ArraySlice<[Int32]>) -> Bool {
        let start = self.words.count
        for row in rows {
            for number in row where self.places[Int(number) / 64] < 0 {
                self.places[Int(number) / 64] = self.words.count - start
                self.words.append(number / 64)
            }
        }
        let count = self.words.count - start
        let first = self.values.count
        guard first + (count << self.size) <= self.maximumValues else { return false }
        self.values += [UInt64](repeating: 0, count: count << self.size)
        for (position, row) in rows.enumerated() {
            let single = first + (1 << position) * count
            for number in row { self.values[single + self.places[Int(number) / 64]] |= 1 << UInt64(number % 64) }
        }
        // A combination is that without its lowest position, and that position.
        for combination in 1..<(1 << self.size) where combination & (combination - 1) != 0 {
            let rest = combination & (combination - 1)
            let lowest = combination ^ rest
            for index in 0..<count {
                let others = self.values[first + rest * count + index]
                let single = self.values[first + lowest * count + index]
                self.values[first + combination * count + index] = others | single
            }
        }
        for word in self.words[start...] { self.places[Int(word)] = -1 }
        self.starts.append(Int32(truncatingIfNeeded: self.words.count))
        return true
    }
}

extension PatternPositionGroups {
    /// The groups with a position in a word of a set, and the words of what follows them.
    func size(of set: UInt64, at word: Int) -> Int {
        var size = 0
        let mask = (UInt64(1) << UInt64(self.size)) - 1
        let count = UInt64.bitWidth / self.size
        for index in 0..<count where (set >> UInt64(self.size * index)) & mask != 0 {
            let group = word * count + index
            size += 1 + Int(self.starts[group + 1] - self.starts[group])
        }
        return size
    }
}
