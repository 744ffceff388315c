/// Texts that wait for their vectors, the one that came first at the front: decides who is served, and knows no thread.
struct WaitingTexts<Answer> {
    /// One that waits.
    struct Text {
        let id: Int
        let text: String
        let since: ContinuousClock.Instant
        let answer: Answer
    }

    /// How many may wait.
    let limit: Int
    /// How long one may wait.
    let patience: Duration
    private var texts: [Text] = []
    private var nextID = 0

    init(limit: Int, patience: Duration) {
        self.limit = limit
        self.patience = patience
    }

    var count: Int { self.texts.count }

    /// A number for a text that is about to come.
    mutating func makeID() -> Int {
        self.nextID &+= 1
        return self.nextID
    }

    /// Adds a text at the end; whether there was room.
    mutating func append(_ text: Text) -> Bool {
        guard self.texts.count < self.limit else { return false }
        self.texts.append(text)
        return true
    }

    /// Takes a text out again; `nil` when it is being worked on, or done.
    mutating func remove(_ id: Int) -> Text? {
        guard let place = self.texts.firstIndex(where: { $0.id == id }) else { return nil }
        return self.texts.remove(at: place)
    }

    /// What one of several threads takes at a time: its share of those that wait, and those that waited too long.
    mutating func take(threads: Int, atMost most: Int, at now: ContinuousClock.Instant) -> (now: [Text], late: [Text]) {
        let lateCount = self.texts.prefix { now - $0.since > self.patience }.count
        let late = Array(self.texts.prefix(lateCount))
        self.texts.removeFirst(lateCount)
        let share = (self.texts.count + threads - 1) / max(threads, 1)
        let taken = Array(self.texts.prefix(min(share, most)))
        self.texts.removeFirst(taken.count)
        return (taken, late)
    }

    /// Takes all that wait.
    mutating func takeAll() -> [Text] {
        defer { self.texts = [] }
        return self.texts
    }
}
