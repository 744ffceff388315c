import NIOCore

/// Entries of a vector memory that were stored and are not in it yet: what a search has to look through besides.
///
/// Bounded by number and by bytes; what does not fit is not taken.
struct VectorBacklog {
    /// How many entries may wait.
    static let mostEntries = 1000
    /// The part of the memory's bound that entries that wait may take besides, and the least that it is.
    private static let share = (divisor: 8, least: 1 << 20)

    /// An entry that waits, without its vector, and its vector scaled to length one.
    struct Waiting: Sendable {
        let number: UInt64
        let entry: VectorEntry
        let vector: UnitVector
    }

    /// The memory's bound, in bytes.
    var maximumBytes = Int.max
    private var scopes: [String?: ContiguousArray<Waiting>] = [:]
    private var nextNumber: UInt64 = 0
    private(set) var count = 0
    private(set) var bytes = 0

    /// How many numbers the vectors that wait have.
    private(set) var dimensions: Int?

    /// Takes an entry in, as the newest one.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - vector: Its vector.
    ///   - bytes: The memory that it will take.
    /// - Returns: nil when there is no room.
    mutating func add(_ entry: VectorEntry, _ vector: UnitVector, bytes: Int) -> Waiting? {
        let room = max(Self.share.least, self.maximumBytes / Self.share.divisor)
        guard self.count < Self.mostEntries, self.bytes + bytes <= room else { return nil }
        let waiting = Waiting(number: self.nextNumber, entry: entry, vector: vector)
        self.scopes[entry.scope, default: []].append(waiting)
        self.nextNumber += 1
        self.count += 1
        self.bytes += bytes
        self.dimensions = vector.dimensions
        return waiting
    }

    /// Lets an entry go, usually the oldest one.
    mutating func remove(_ waiting: Waiting, bytes: Int) {
        let scope = waiting.entry.scope
        guard let place = self.scopes[scope]?.firstIndex(where: { $0.number == waiting.number }) else { return }
        self.scopes[scope]?.remove(at: place)
        if self.scopes[scope]?.isEmpty == true { self.scopes[scope] = nil }
        self.count -= 1
        self.bytes -= bytes
        if self.count == 0 { self.dimensions = nil }
    }

    /// The entries of a scope that wait, oldest first.
    func waiting(in scope: String?) -> ContiguousArray<Waiting> { self.scopes[scope] ?? [] }
}

extension ContiguousArray<VectorBacklog.Waiting> {
    /// How near each of the entries is to a vector of as many numbers; of several with one key the newest counts.
    ///
    /// - Returns: The matches, and all keys that wait, also those of entries that have expired.
    func matches(
        _ vector: UnitVector,
        at secondsSince1970: Int
    ) -> (found: [(key: CacheKeyID, neighbour: Neighbour)], keys: Set<CacheKeyID>) {
        var found: [(key: CacheKeyID, neighbour: Neighbour)] = []
        var keys: Set<CacheKeyID> = []
        for waiting in self.reversed() where keys.insert(waiting.entry.key).inserted {
            let entry = waiting.entry
            guard entry.expiresAt.map({ $0 > secondsSince1970 }) ?? true else { continue }
            var neighbour = Neighbour(
                question: entry.question,
                answer: entry.answer,
                score: Double(waiting.vector.cosine(to: vector))
            )
            neighbour.scope = entry.scope
            neighbour.expiresAt = entry.expiresAt
            found.append((entry.key, neighbour))
        }
        return (found, keys)
    }
}
