/// Texts on their way to their vectors, the one that came first at the front: decides who is served and who is given up, and
/// knows no thread.
///
/// Lookups, for which a client waits, go before comparisons, for which nobody does, and have a queue of their own.
struct WaitingTexts<Answer> {
    /// One on its way.
    struct Text {
        let id: Int
        let text: String
        let since: ContinuousClock.Instant
        let answer: Answer
        var purpose = EncodingThreads.Purpose.lookup
        /// Whether the vector of its front will do when it has too many tokens.
        var mayBeCut = true
    }

    /// How many lookups may wait.
    let limit: Int
    /// How long one may take, waiting and computing.
    let patience: Duration
    private var lookups: [Text] = []
    private var comparisons: [Text] = []
    /// Those that threads work on.
    private var taken: [Text] = []
    private var nextID = 0

    init(limit: Int, patience: Duration) {
        self.limit = limit
        self.patience = patience
    }

    /// How many comparisons may wait.
    var comparisonLimit: Int { max(1, self.limit / 4) }
    /// How many wait.
    var count: Int { self.lookups.count + self.comparisons.count }
    /// When the first of them will have taken too long; `nil` when there are none.
    var deadline: ContinuousClock.Instant? {
        let texts = [self.lookups, self.comparisons, self.taken].joined()
        return texts.map(\.since).min().map { $0 + self.patience }
    }

    /// A number for a text that is about to come.
    mutating func makeID() -> Int {
        self.nextID &+= 1
        return self.nextID
    }

    /// Adds a text at the end of its queue; whether there was room.
    mutating func append(_ text: Text) -> Bool {
        switch text.purpose {
        case .lookup:
            guard self.lookups.count < self.limit else { return false }
            self.lookups.append(text)
        case .comparison:
            guard self.comparisons.count < self.comparisonLimit else { return false }
            self.comparisons.append(text)
        }
        return true
    }

    /// Takes a text out, waiting or worked on, to answer it; `nil` when it was answered before.
    mutating func remove(_ id: Int) -> Text? {
        Self.remove(id, from: &self.taken) ?? Self.remove(id, from: &self.lookups)
            ?? Self.remove(id, from: &self.comparisons)
    }

    private static func remove(_ id: Int, from texts: inout [Text]) -> Text? {
        guard let place = texts.firstIndex(where: { $0.id == id }) else { return nil }
        return texts.remove(at: place)
    }

    /// Whether somebody still wants the vector of a text that is worked on.
    func isWanted(_ id: Int) -> Bool { self.taken.contains { $0.id == id } }

    /// Takes out those that have taken too long, however far they are.
    mutating func removeLate(at now: ContinuousClock.Instant) -> [Text] {
        let patience = self.patience
        let isLate = { (text: Text) in now - text.since >= patience }
        let late = self.lookups.filter(isLate) + self.comparisons.filter(isLate) + self.taken.filter(isLate)
        guard !late.isEmpty else { return [] }
        self.lookups.removeAll(where: isLate)
        self.comparisons.removeAll(where: isLate)
        self.taken.removeAll(where: isLate)
        return late
    }

    /// What one of several threads works on next: its share of the lookups that wait, and one comparison when there are none.
    ///
    /// - Returns: Those, and the texts that have taken too long.
    mutating func take(threads: Int, atMost most: Int, at now: ContinuousClock.Instant) -> (now: [Text], late: [Text]) {
        let late = self.removeLate(at: now)
        let next: [Text]
        if self.lookups.isEmpty {
            next = Array(self.comparisons.prefix(1))
            self.comparisons.removeFirst(next.count)
        } else {
            let share = (self.lookups.count + threads - 1) / max(threads, 1)
            next = Array(self.lookups.prefix(min(share, most)))
            self.lookups.removeFirst(next.count)
        }
        self.taken += next
        return (next, late)
    }

    /// Takes all that wait; those that are worked on stay.
    mutating func takeAll() -> [Text] {
        defer {
            self.lookups = []
            self.comparisons = []
        }
        return self.lookups + self.comparisons
    }
}
