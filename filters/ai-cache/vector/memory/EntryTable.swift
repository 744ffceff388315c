import NIOCore

/// The entries of a vector memory by number and by key, in the order of their use.
struct EntryTable {
    /// What an entry takes beside its vector, its links and its texts, about.
    static let overhead = 320

    /// An entry, where its vector lies, and its place in the order.
    struct Item {
        var key: CacheKeyID
        var question: String
        var answer: ByteBuffer?
        var scope: String?
        var expiresAt: Int?
        var row: Int
        /// The memory that it takes, in bytes.
        var bytes: Int
        fileprivate(set) var newer: Int?
        fileprivate(set) var older: Int?
    }

    private var items: ContiguousArray<Item?> = []
    private var numbers: [CacheKeyID: Int] = [:]
    private var vacant: [Int] = []
    private var newest: Int?
    private var expiries = BinaryHeap<Expiry>()
    /// The entry that was used longest ago.
    private(set) var oldest: Int?
    private(set) var bytes = 0

    var count: Int { self.numbers.count }
    /// Numbers of entries are in this range; not every number has one.
    var range: Range<Int> { self.items.indices }

    subscript(number: Int) -> Item? { self.items.indices.contains(number) ? self.items[number] : nil }

    func number(of key: CacheKeyID) -> Int? { self.numbers[key] }

    /// The number that the next entry gets.
    var nextNumber: Int { self.vacant.last ?? self.items.count }

    /// Takes an entry in, as the one that was used last.
    mutating func add(_ item: Item) {
        let number = self.vacant.popLast() ?? self.items.count
        if number == self.items.count { self.items.append(item) } else { self.items[number] = item }
        self.numbers[item.key] = number
        self.bytes += item.bytes
        self.note(item.expiresAt, of: number)
        self.link(number)
    }

    /// Gives an entry other contents; its vector stays.
    mutating func update(_ number: Int, question: String, answer: ByteBuffer?, expiresAt: Int?, bytes: Int) {
        guard let old = self[number] else { return }
        self.bytes += bytes - old.bytes
        self.items[number]?.question = question
        self.items[number]?.answer = answer
        self.items[number]?.expiresAt = expiresAt
        self.items[number]?.bytes = bytes
        self.note(expiresAt, of: number)
        self.use(number)
    }

    mutating func remove(_ number: Int) {
        guard let item = self[number] else { return }
        self.unlink(number)
        self.items[number] = nil
        self.numbers[item.key] = nil
        self.vacant.append(number)
        self.bytes -= item.bytes
    }

    /// Notes that an entry was used.
    mutating func use(_ number: Int) {
        guard self[number] != nil, self.newest != number else { return }
        self.unlink(number)
        self.link(number)
    }

    /// An entry whose time is over.
    mutating func expired(at secondsSince1970: Int) -> Int? {
        while let first = self.expiries.first, first.time <= secondsSince1970 {
            if self[first.number]?.expiresAt == first.time { return first.number }
            // The entry has gone or got another time since.
            _ = self.expiries.pop()
        }
        return nil
    }
}

extension EntryTable {
    private struct Expiry: Comparable {
        let time: Int
        let number: Int

        static func < (first: Expiry, second: Expiry) -> Bool {
            (first.time, first.number) < (second.time, second.number)
        }
    }

    private mutating func note(_ expiresAt: Int?, of number: Int) {
        guard let expiresAt else { return }
        self.expiries.push(Expiry(time: expiresAt, number: number))
        guard self.expiries.count > 2 * self.count + 64 else { return }
        // Most of them are of entries that have gone.
        var kept = BinaryHeap<Expiry>(capacity: self.count)
        for (number, item) in self.items.enumerated() {
            if let time = item?.expiresAt { kept.push(Expiry(time: time, number: number)) }
        }
        self.expiries = kept
    }

    private mutating func link(_ number: Int) {
        self.items[number]?.newer = nil
        self.items[number]?.older = self.newest
        if let newest { self.items[newest]?.newer = number } else { self.oldest = number }
        self.newest = number
    }

    private mutating func unlink(_ number: Int) {
        guard let item = self[number] else { return }
        if let newer = item.newer { self.items[newer]?.older = item.older } else { self.newest = item.older }
        if let older = item.older { self.items[older]?.newer = item.newer } else { self.oldest = item.newer }
    }
}
