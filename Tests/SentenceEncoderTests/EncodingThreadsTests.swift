import Dispatch
import Synchronization
import Testing

@testable import SentenceEncoder

@Suite("Threads that encode")
struct EncodingThreadsTests {
    private static func model() throws -> SentenceModel { try SentenceModel(ModelFolder.bertF32.path) }

    @Test("many texts at once get the vectors that they get alone", arguments: [1, 3])
    func concurrent(threads: Int) async throws {
        let model = try Self.model()
        let counted = Mutex(0)
        let settings = EncodingThreads.Settings(threads: threads, queue: 1000, patience: .seconds(600))
        let encoding = try EncodingThreads(model, settings) { count in
            counted.withLock { $0 += count }
        }
        let texts = (0..<100).map { "the cat \($0) sat on mat \($0 * 7)" }
        let vectors = try await withThrowingTaskGroup(of: (Int, [Float]).self) { group in
            for (place, text) in texts.enumerated() {
                group.addTask { (place, try await encoding.vector(of: text)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (place, text) in texts.enumerated() { #expect(try vectors[place] == model.vector(of: text)) }
        #expect(counted.withLock { $0 } <= 100 && encoding.waiting == 0)
    }

    /// Makes a thread wait inside its first batch until it is let go.
    private final class Gate: Sendable {
        private let entered = AsyncStream<Void>.makeStream()
        private let opening = DispatchSemaphore(value: 0)

        func hold() {
            self.entered.continuation.yield()
            self.opening.wait()
            self.opening.signal()
        }

        func awaitEntry() async {
            for await _ in self.entered.stream { return }
        }

        func open() { self.opening.signal() }
    }

    /// A thread that is held, and as many texts behind it as asked for.
    private func held(queue: Int, patience: Duration = .seconds(600)) async throws -> (EncodingThreads, Gate) {
        let gate = Gate()
        let settings = EncodingThreads.Settings(threads: 1, queue: queue, patience: patience)
        let encoding = try EncodingThreads(Self.model(), settings) { _ in gate.hold() }
        _ = try await encoding.vector(of: "first")
        await gate.awaitEntry()
        return (encoding, gate)
    }

    private func waiting(_ count: Int, in encoding: EncodingThreads) async {
        while encoding.waiting < count { await Task.yield() }
    }

    @Test("a text for which there is no room is refused at once")
    func full() async throws {
        let (encoding, gate) = try await self.held(queue: 2)
        let tasks = (0..<2).map { number in Task { try await encoding.vector(of: "text \(number)") } }
        await self.waiting(2, in: encoding)
        await #expect(throws: EncodingError.queueFull) { try await encoding.vector(of: "one more") }
        gate.open()
        for task in tasks { #expect(try await task.value.count == 24) }
    }

    @Test("a text whose task is cancelled leaves the queue")
    func cancelled() async throws {
        let (encoding, gate) = try await self.held(queue: 2)
        let task = Task { try await encoding.vector(of: "text") }
        await self.waiting(1, in: encoding)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(encoding.waiting == 0)
        gate.open()
    }

    @Test("a text is given up when its time is over, though no thread is free to notice", .timeLimit(.minutes(10)))
    func patience() async throws {
        let (encoding, gate) = try await self.held(queue: 8, patience: .seconds(5))
        await #expect(throws: EncodingError.waitedTooLong) { try await encoding.vector(of: "text") }
        await #expect(throws: EncodingError.waitedTooLong) { try await encoding.vector(of: "again") }
        #expect(encoding.waiting == 0)
        gate.open()
    }

    @Test("comparisons have a quarter of the queue and leave lookups theirs")
    func comparisons() async throws {
        let (encoding, gate) = try await self.held(queue: 8)
        let compared = (0..<2).map { number in
            Task { try await encoding.vector(of: "text \(number)", for: .comparison) }
        }
        await self.waiting(2, in: encoding)
        await #expect(throws: EncodingError.queueFull) { try await encoding.vector(of: "text", for: .comparison) }
        let asked = (0..<8).map { number in Task { try await encoding.vector(of: "text \(number)") } }
        await self.waiting(10, in: encoding)
        gate.open()
        for task in asked + compared { #expect(try await task.value.count == 24) }
    }

    @Test("a text with more tokens than the model sees gets a vector only where its front will do")
    func cut() async throws {
        let model = try Self.model()
        let encoding = try EncodingThreads(model, .init(patience: .seconds(600)))
        // With the two tokens around them, 36 words fill the 38 that count.
        let fits = String(repeating: "the cat ", count: 18)
        #expect(try await encoding.vector(of: fits, mayBeCut: false) == model.vector(of: fits))
        await #expect(throws: EncodingError.longerThanModel) {
            try await encoding.vector(of: fits + "sat", mayBeCut: false)
        }
        #expect(try await encoding.vector(of: fits + "sat") == model.vector(of: fits))
    }

    @Test("a text that waited too long is refused when its turn comes")
    func late() async throws {
        let encoding = try EncodingThreads(Self.model(), .init(patience: .nanoseconds(-1)))
        await #expect(throws: EncodingError.waitedTooLong) { try await encoding.vector(of: "text") }
    }
}
