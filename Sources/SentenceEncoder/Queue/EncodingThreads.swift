import CSentenceEncoder
import Dispatch
import Synchronization

/// Computes vectors on threads of its own, several texts at a time when several wait.
///
/// The threads have a lower priority than those that serve clients. They end with the last reference to this object.
public final class EncodingThreads: Sendable {
    /// How much is done at once, and how much may wait.
    public struct Settings: Sendable, Hashable {
        /// How many threads.
        public var threads: Int
        /// How many lookups may wait; beside them a quarter as many comparisons, at least one.
        public var queue: Int
        /// How long a vector may take, waiting and computing, before it is given up.
        public var patience: Duration

        /// - Parameters:
        ///   - threads: How many threads; at least 1.
        ///   - queue: How many lookups may wait; at least 1.
        ///   - patience: How long a vector may take.
        public init(threads: Int = 1, queue: Int = 64, patience: Duration = .seconds(1)) {
            self.threads = max(1, threads)
            self.queue = max(1, queue)
            self.patience = patience
        }
    }

    /// What a vector is for, which says who goes first.
    public enum Purpose: Sendable, Hashable {
        /// A client waits: goes before all comparisons.
        case lookup
        /// Nobody waits: is computed alone, and only when no lookup waits.
        case comparison
    }

    /// How many texts are computed together at most.
    static let largestBatch = 8
    /// How many tokens are computed together; a single text may have more.
    static let batchTokens = 512

    private let crew: Crew

    /// - Parameters:
    ///   - model: What computes.
    ///   - settings: How much is done at once, and how much may wait.
    ///   - batchEnded: Called on one of the threads after some texts got their vectors, with their number.
    public init(
        _ model: SentenceModel,
        _ settings: Settings = Settings(),
        batchEnded: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(ModelError) {
        self.crew = Crew(model, settings, batchEnded)
        for _ in 0..<settings.threads {
            let context = Unmanaged.passRetained(self.crew)
            let error = sentence_thread_start(
                { context in
                    guard let context else { return }
                    Unmanaged<Crew>.fromOpaque(context).takeRetainedValue().work()
                },
                context.toOpaque()
            )
            guard error == 0 else {
                context.release()
                self.crew.stop()
                throw ModelError(file: "", "cannot start a thread: error \(error)")
            }
        }
    }

    deinit { self.crew.stop() }

    /// How many texts wait.
    public var waiting: Int { self.crew.waiting }

    /// The most memory that the threads take between texts, in bytes.
    public var workingBytes: Int { self.crew.workingBytes }

    /// The vector of a text.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - purpose: What the vector is for; default: a lookup.
    ///   - mayBeCut: Whether a text with more tokens than the model sees gets the vector of its front; default: yes.
    /// - Throws: ``EncodingError``, or `CancellationError` when the task was cancelled before there was a vector.
    public nonisolated(nonsending) func vector(
        of text: String,
        for purpose: Purpose = .lookup,
        mayBeCut: Bool = true
    ) async throws -> [Float] {
        let crew = self.crew
        let id = crew.makeID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { crew.add(text, id, $0, purpose, mayBeCut: mayBeCut) }
        } onCancel: {
            crew.cancel(id)
        }
    }
}

/// What the threads share.
private final class Crew: Sendable {
    typealias Answer = CheckedContinuation<[Float], any Error>

    private struct State {
        var texts: WaitingTexts<Answer>
        var isStopped = false
        /// Whether a look at the clock is due.
        var isWatched = false
    }

    /// Where the clock is looked at, so that no thread that computes has to.
    private static let watching = DispatchQueue(label: "sluice.sentence-encoder.patience")

    private let model: SentenceModel
    private let settings: EncodingThreads.Settings
    private let batchEnded: @Sendable (Int) -> Void
    private let state: Mutex<State>
    /// Counts texts that came, and once for each thread when it is time to end.
    private let wakeups = DispatchSemaphore(value: 0)

    init(
        _ model: SentenceModel,
        _ settings: EncodingThreads.Settings,
        _ batchEnded: @escaping @Sendable (Int) -> Void
    ) {
        self.model = model
        self.settings = settings
        self.batchEnded = batchEnded
        self.state = Mutex(State(texts: WaitingTexts(limit: settings.queue, patience: settings.patience)))
    }

    var waiting: Int { self.state.withLock { $0.texts.count } }

    var workingBytes: Int {
        let tokens = max(EncodingThreads.batchTokens, self.model.longestText)
        let shape = self.model.network.shape
        return self.settings.threads * Workspace.bytes(shape, tokens: tokens, longest: self.model.longestText)
    }

    func makeID() -> Int { self.state.withLock { $0.texts.makeID() } }

    func add(
        _ text: String,
        _ id: Int,
        _ answer: Answer,
        _ purpose: EncodingThreads.Purpose,
        mayBeCut: Bool
    ) {
        var mustWatch = false
        let refusal = self.state.withLock { state -> (any Error)? in
            // Whoever cancels from here on finds the text.
            if Task.isCancelled { return CancellationError() }
            if state.isStopped { return EncodingError.stopped }
            let text = WaitingTexts<Answer>.Text(
                id: id,
                text: text,
                since: .now,
                answer: answer,
                purpose: purpose,
                mayBeCut: mayBeCut
            )
            guard state.texts.append(text) else { return EncodingError.queueFull }
            mustWatch = !state.isWatched
            state.isWatched = true
            return nil
        }
        if let refusal { return answer.resume(throwing: refusal) }
        self.wakeups.signal()
        if mustWatch { self.watch(after: self.settings.patience) }
    }

    func cancel(_ id: Int) {
        self.state.withLock { $0.texts.remove(id) }?.answer.resume(throwing: CancellationError())
    }

    func stop() {
        let texts = self.state.withLock { state in
            state.isStopped = true
            return state.texts.takeAll()
        }
        for text in texts { text.answer.resume(throwing: EncodingError.stopped) }
        for _ in 0..<self.settings.threads { self.wakeups.signal() }
    }

    /// What each thread does until the end.
    func work() {
        let workspace = Workspace(self.model.network.shape, longest: self.model.longestText)
        while true {
            self.wakeups.wait()
            let (isStopped, texts, late) = self.state.withLock { state in
                let (texts, late) = state.texts.take(
                    threads: self.settings.threads,
                    atMost: EncodingThreads.largestBatch,
                    at: .now
                )
                return (state.isStopped, texts, late)
            }
            for text in late { text.answer.resume(throwing: EncodingError.waitedTooLong) }
            if isStopped { return }
            self.compute(texts, workspace)
        }
    }

    private func compute(_ texts: [WaitingTexts<Answer>.Text], _ workspace: Workspace) {
        var batch: [(id: Int, ids: [Int32])] = []
        var count = 0
        for text in texts {
            let tokens = self.model.tokenized(text.text)
            if tokens.isCut, !text.mayBeCut {
                self.answer(text.id, .failure(.longerThanModel))
                continue
            }
            if count + tokens.ids.count > EncodingThreads.batchTokens {
                self.run(batch, workspace)
                batch = []
                count = 0
            }
            batch.append((text.id, tokens.ids))
            count += tokens.ids.count
        }
        self.run(batch, workspace)
    }

    /// Computes texts together, without those that were given up meanwhile.
    private func run(_ texts: [(id: Int, ids: [Int32])], _ workspace: Workspace) {
        let wanted = self.state.withLock { state in texts.map { state.texts.isWanted($0.id) } }
        let batch = zip(texts, wanted).filter { $0.1 }.map { $0.0 }
        guard !batch.isEmpty else { return }
        do throws(EncodingError) {
            let vectors = try self.model.vectors(of: batch.map { $0.ids }, workspace)
            for (text, vector) in zip(batch, vectors) { self.answer(text.id, .success(vector)) }
            self.batchEnded(batch.count)
        } catch {
            for text in batch { self.answer(text.id, .failure(error)) }
        }
    }

    /// Answers whoever still waits for a text.
    private func answer(_ id: Int, _ result: Result<[Float], EncodingError>) {
        let text = self.state.withLock { $0.texts.remove(id) }
        switch result {
        case .success(let vector): text?.answer.resume(returning: vector)
        case .failure(let error): text?.answer.resume(throwing: error)
        }
    }

    /// Looks at the clock after a while; one look is due at a time.
    private func watch(after delay: Duration) {
        let nanoseconds = max(0, Int(delay / Duration.nanoseconds(1)))
        Self.watching.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in self?.giveUpLate() }
    }

    /// Gives up those that have taken too long, also those that a thread works on.
    private func giveUpLate() {
        let now = ContinuousClock.now
        let (late, deadline) = self.state.withLock { state in
            let late = state.texts.removeLate(at: now)
            let deadline = state.texts.deadline
            state.isWatched = deadline != nil
            return (late, deadline)
        }
        for text in late { text.answer.resume(throwing: EncodingError.waitedTooLong) }
        if let deadline { self.watch(after: max(deadline - now, .milliseconds(1))) }
    }
}
