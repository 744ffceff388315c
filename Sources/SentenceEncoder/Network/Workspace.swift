/// The numbers between the steps of a network; kept and used again, by one thread at a time.
final class Workspace {
    /// How many tokens it has room for.
    private(set) var tokens = 0
    private(set) var state: Rows
    private(set) var queries: Rows
    private(set) var keys: Rows
    private(set) var values: Rows
    private(set) var attended: Rows
    private(set) var inner: Rows
    /// The weights of one head of one text.
    private(set) var scores: Rows
    private let shape: NetworkShape
    /// How many tokens one text has at most.
    let longest: Int

    /// - Parameters:
    ///   - shape: The network's sizes.
    ///   - longest: How many tokens one text has at most.
    init(_ shape: NetworkShape, longest: Int) {
        self.shape = shape
        self.longest = longest
        self.state = Rows.allocate(capacity: 1)
        self.queries = Rows.allocate(capacity: 1)
        self.keys = Rows.allocate(capacity: 1)
        self.values = Rows.allocate(capacity: 1)
        self.attended = Rows.allocate(capacity: 1)
        self.inner = Rows.allocate(capacity: 1)
        self.scores = Rows.allocate(capacity: 1)
    }

    deinit { self.release() }

    /// The bytes of a workspace for a number of tokens.
    static func bytes(_ shape: NetworkShape, tokens: Int, longest: Int) -> Int {
        4 * (tokens * (5 * shape.hidden + max(shape.inner, shape.hidden)) + longest * longest)
    }

    /// Makes room; what was there is lost.
    func reserve(_ tokens: Int) {
        guard tokens > self.tokens else { return }
        self.release()
        self.tokens = tokens
        let size = tokens * self.shape.hidden
        self.state = Rows.allocate(capacity: size)
        self.queries = Rows.allocate(capacity: size)
        self.keys = Rows.allocate(capacity: size)
        self.values = Rows.allocate(capacity: size)
        self.attended = Rows.allocate(capacity: size)
        self.inner = Rows.allocate(capacity: tokens * max(self.shape.inner, self.shape.hidden))
        // No text has more tokens than all together.
        let longest = min(self.longest, tokens)
        self.scores = Rows.allocate(capacity: longest * longest)
    }

    private func release() {
        for rows in [
            self.state, self.queries, self.keys, self.values, self.attended, self.inner, self.scores,
        ] { rows.deallocate() }
    }
}
