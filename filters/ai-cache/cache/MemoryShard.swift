import NIOCore

/// A part of the memory store: W-TinyLFU over entries that are weighed in bytes.
///
/// New entries pass through a small window; one that leaves it is admitted only if it was asked for more often than the
/// entry that it would displace. A flood of questions that are asked once thus cannot wash out the popular ones.
///
/// Source: Einziger, Friedman, Manes: "TinyLFU: A Highly Efficient Cache Admission Policy" (ACM ToS 2017).
struct MemoryShard: Sendable {
    /// What an operation changed, for the metrics.
    struct Change: Sendable, Hashable {
        var entries = 0
        var bytes = 0
        var evictions = 0
    }

    private var places: [CacheKeyID: Int] = [:]
    private var entries: ContiguousArray<MemoryEntry?> = []
    /// One a place; those of vacant places mean nothing.
    private var links: ContiguousArray<MemoryLink> = []
    private var vacant: [Int] = []
    private var queues = [MemoryQueue](repeating: MemoryQueue(), count: 3)
    private var sketch: FrequencySketch
    private var capacity: Int
    private(set) var change = Change()

    init(capacity: Int) {
        self.capacity = capacity
        self.sketch = FrequencySketch(width: min(max(capacity / 1024, 64), 1 << 16))
    }

    var count: Int { self.places.count }
    /// All entries that there are, in no order.
    var all: [(id: CacheKeyID, stored: StoredEntry)] { self.entries.compactMap { $0.map { ($0.id, $0.stored) } } }
    var bytes: Int { self.queues.reduce(0) { $0 + $1.bytes } }

    mutating func value(of id: CacheKeyID, at now: NIODeadline) -> StoredEntry? {
        self.sketch.add(id)
        guard let place = self.places[id], let entry = self.entries[place] else { return nil }
        if entry.stored.isExpired(at: now) {
            self.remove(place)
            return nil
        }
        self.used(place)
        return entry.stored
    }

    mutating func store(_ stored: StoredEntry, under id: CacheKeyID) {
        if let place = self.places[id] { self.remove(place) }
        guard stored.weight <= self.capacity else { return }
        self.insert(MemoryEntry(id: id, stored: stored))
        self.makeRoom()
    }

    /// Removes an entry; what it was.
    mutating func remove(_ id: CacheKeyID) -> StoredEntry? {
        guard let place = self.places[id], let entry = self.entries[place] else { return nil }
        self.remove(place)
        return entry.stored
    }

    /// The scope of an entry, if it is there and has one.
    func scope(of id: CacheKeyID) -> ScopeMark? {
        self.places[id].flatMap { self.entries[$0]?.stored.scope }
    }

    /// Removes the entries of a scope; answers how many there were.
    mutating func remove(_ scope: ScopeMark) -> Int {
        let places = self.entries.indices.filter { self.entries[$0]?.stored.scope == scope }
        for place in places { self.remove(place) }
        return places.count
    }

    mutating func resize(to capacity: Int) {
        self.capacity = capacity
        self.makeRoom()
    }

    /// What has changed since the last call.
    mutating func takeChange() -> Change {
        defer { self.change = Change() }
        return self.change
    }
}

extension MemoryShard {
    private var windowCapacity: Int { self.capacity / 100 }
    private var mainCapacity: Int { self.capacity - self.windowCapacity }
    private var protectedCapacity: Int { self.mainCapacity / 5 * 4 }

    private func bytes(_ segment: MemoryQueue.Segment) -> Int { self.queues[Int(segment.rawValue)].bytes }
    private func oldest(_ segment: MemoryQueue.Segment) -> Int? { self.queues[Int(segment.rawValue)].last }

    private mutating func used(_ place: Int) {
        let before = self.links[place].segment
        let segment: MemoryQueue.Segment = before == .window ? .window : .protected
        if before == segment, self.queues[Int(segment.rawValue)].first == place { return }
        self.move(place, to: segment)
        while self.bytes(.protected) > self.protectedCapacity, let last = self.oldest(.protected), last != place {
            self.move(last, to: .probation)
        }
    }

    /// Moves what the window cannot hold on to the main part, and out of that what is least worth keeping.
    private mutating func makeRoom() {
        while self.bytes(.window) > self.windowCapacity, let candidate = self.oldest(.window) {
            self.move(candidate, to: .probation)
            self.shrinkMain(candidate: candidate)
        }
        self.shrinkMain(candidate: nil)
    }

    private mutating func shrinkMain(candidate: Int?) {
        while self.bytes(.probation) + self.bytes(.protected) > self.mainCapacity,
            let victim = self.victim(besides: candidate)
        {
            let loser = self.loser(of: candidate, victim)
            self.remove(loser)
            self.change.evictions += 1
            if loser == candidate { return self.shrinkMain(candidate: nil) }
        }
    }

    private func victim(besides candidate: Int?) -> Int? {
        if let last = self.oldest(.probation), last != candidate { return last }
        return self.oldest(.protected) ?? candidate
    }

    private func loser(of candidate: Int?, _ victim: Int) -> Int {
        guard let candidate, candidate != victim, let new = self.entries[candidate], let old = self.entries[victim]
        else { return victim }
        return self.sketch.frequency(of: new.id) > self.sketch.frequency(of: old.id) ? victim : candidate
    }
}

extension MemoryShard {
    private mutating func insert(_ entry: MemoryEntry) {
        let place = self.vacant.popLast() ?? self.entries.count
        let link = MemoryLink(segment: .window, weight: entry.stored.weight)
        if place == self.entries.count {
            self.entries.append(entry)
            self.links.append(link)
        } else {
            self.entries[place] = entry
            self.links[place] = link
        }
        self.places[entry.id] = place
        self.link(place, to: .window)
        self.change.entries += 1
        self.change.bytes += link.weight
    }

    private mutating func remove(_ place: Int) {
        guard let entry = self.entries[place] else { return }
        self.unlink(place)
        self.places[entry.id] = nil
        self.entries[place] = nil
        self.vacant.append(place)
        self.change.entries -= 1
        self.change.bytes -= self.links[place].weight
    }

    private mutating func move(_ place: Int, to segment: MemoryQueue.Segment) {
        self.unlink(place)
        self.link(place, to: segment)
    }

    private mutating func link(_ place: Int, to segment: MemoryQueue.Segment) {
        let queue = Int(segment.rawValue)
        let second = self.queues[queue].first
        self.links[place].segment = segment
        self.links[place].newer = nil
        self.links[place].older = second
        if let second { self.links[second].newer = place } else { self.queues[queue].last = place }
        self.queues[queue].first = place
        self.queues[queue].bytes += self.links[place].weight
    }

    private mutating func unlink(_ place: Int) {
        let link = self.links[place]
        let queue = Int(link.segment.rawValue)
        if let newer = link.newer {
            self.links[newer].older = link.older
        } else {
            self.queues[queue].first = link.older
        }
        if let older = link.older { self.links[older].newer = link.newer } else { self.queues[queue].last = link.newer }
        self.queues[queue].bytes -= link.weight
    }
}
