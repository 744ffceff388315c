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
        /// How many texts may wait.
        public var queue: Int
        /// How long a text may wait before it is given up.
        public var patience: Duration

        /// - Parameters:
        ///   - threads: How many threads; at least 1.
        ///   - queue: How many texts may wait; at least 1.
        ///   - patience: How long a text may wait.
        public init(threads: Int = 1, queue: Int = 64, patience: Duration = .seconds(1)) {
            self.threads = max(1, threads)
            self.queue = max(1, queue)
            self.patience = patience
        }
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
    /// - Throws: ``EncodingError``, or `CancellationError` when the task was cancelled while the text waited.
    public nonisolated(nonsending) func vector(of text: String) async throws -> [Float] {
        let crew = self.crew
        let id = crew.makeID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { crew.add(text, id, $0) }
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
    }

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

    func add(_ text: String, _ id: Int, _ answer: Answer) {
        if Task.isCancelled { return answer.resume(throwing: CancellationError()) }
        let refusal = self.state.withLock { state -> EncodingError? in
            if state.isStopped { return .stopped }
            let text = WaitingTexts<Answer>.Text(id: id, text: text, since: .now, answer: answer)
            return state.texts.append(text) ? nil : .queueFull
        }
        if let refusal { answer.resume(throwing: refusal) } else { self.wakeups.signal() }
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
        let tokens = texts.map { self.model.tokens(of: $0.text) }
        var start = 0
        while start < texts.count {
            var end = start
            var count = 0
            while end < texts.count, end == start || count + tokens[end].count <= EncodingThreads.batchTokens {
                count += tokens[end].count
                end += 1
            }
            do throws(EncodingError) {
                let vectors = try self.model.vectors(of: Array(tokens[start..<end]), workspace)
                for (text, vector) in zip(texts[start..<end], vectors) { text.answer.resume(returning: vector) }
                self.batchEnded(end - start)
            } catch {
                for text in texts[start..<end] { text.answer.resume(throwing: error) }
            }
            start = end
        }
    }
}
