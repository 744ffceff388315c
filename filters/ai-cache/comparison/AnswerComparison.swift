import Dispatch
import FilterAPI
import Synchronization

/// Compares answers behind the back of streams: nobody waits for it, and what fails is a verdict of its own.
///
/// Bounded in number; long texts, and vectors that are computed at once, are worked on by a thread of its own. A judge or an
/// embedder that fails three times in a row is left alone for 5 s.
final class AnswerComparison: Sendable {
    /// How long two answers may be together, in bytes, for an event loop to look at them itself: about 0.2 ms.
    private static let longestOnLoop = 1024

    let metrics: ComparisonMetrics
    private let method: ComparisonMethod
    private let mostWaiting: Int
    private let guards: Guards
    private let embedder: Embedder
    let health: ProviderHealth
    private let waiting = Atomic<Int>(0)
    private let queue = DispatchQueue(label: "sluice.ai-cache.comparison", qos: .utility)

    /// - Parameters:
    ///   - settings: `compare`.
    ///   - guards: What tells short answers apart whatever their vectors say.
    ///   - embedder: What makes vectors of answers.
    ///   - registry: Where comparisons are counted.
    ///   - health: How calls to the judge, and to the embedder for answers, end.
    /// - Returns: nil when the configuration has errors.
    init?(
        _ settings: ComparisonSettings,
        guards: Guards,
        embedder: Embedder,
        _ registry: MetricRegistry,
        _ health: ProviderHealth
    ) {
        guard let method = settings.method else { return nil }
        self.metrics = ComparisonMetrics(registry)
        self.method = method
        self.mostWaiting = settings.mostWaiting
        self.guards = guards
        self.embedder = embedder
        self.health = health
    }

    /// Begins a comparison in the background of a stream, which may end before.
    ///
    /// - Parameters:
    ///   - pair: The answers.
    ///   - stream: The stream; its loop, clock and callouts are used.
    ///   - then: Gets the verdict, on the stream's event loop.
    /// - Returns: Whether it was begun; not when too many others are under way, which is counted.
    func begin(
        _ pair: AnswerPair,
        _ stream: StreamContext,
        then: nonisolated(nonsending) @escaping (AnswerVerdict) async -> Void
    ) -> Bool {
        guard self.enter() else {
            self.metrics.dropped.increment()
            return false
        }
        let (callouts, clock) = (stream.callouts, stream.clock)
        stream.detach {
            let verdict = await self.verdict(on: pair, by: callouts, clock)
            self.waiting.wrappingSubtract(1, ordering: .relaxed)
            self.metrics.count(verdict)
            await then(verdict)
        }
        return true
    }

    private func enter() -> Bool {
        guard self.waiting.wrappingAdd(1, ordering: .relaxed).newValue > self.mostWaiting else { return true }
        self.waiting.wrappingSubtract(1, ordering: .relaxed)
        return false
    }
}

extension AnswerComparison {
    /// Compares two answers, however long it takes.
    private nonisolated(nonsending) func verdict(
        on pair: AnswerPair,
        by callouts: any Callouts,
        _ clock: any StreamClock
    ) async -> AnswerVerdict {
        let (method, guards, longest) = (self.method, self.guards, self.embedder.longestAnswer)
        let isShort = pair.bytes <= Self.longestOnLoop
        let step = await self.elsewhere(unless: isShort) {
            method.step(for: pair, guards: guards, longestForVectors: longest)
        }
        switch step {
        case .decided(let verdict): return verdict
        case .embed(let fresh, let cached, let least):
            guard case .local(let embedder) = self.embedder else {
                return await self.verdict(fresh, cached, least: least, by: callouts, clock)
            }
            return await self.elsewhere(unless: isShort) {
                guard let first = try? embedder.vector(of: fresh), let second = try? embedder.vector(of: cached) else {
                    return .undecided(.noVector)
                }
                return ComparisonMethod.verdict(first, second, least: least)
            }
        case .ask(let judge, let it): return await self.verdict(of: judge, on: it, by: callouts, clock)
        }
    }

    /// Compares by vectors that have to be waited for.
    private nonisolated(nonsending) func verdict(
        _ fresh: String,
        _ cached: String,
        least: Double,
        by callouts: any Callouts,
        _ clock: any StreamClock
    ) async -> AnswerVerdict {
        guard case .waiting(let embedder) = self.embedder else { return .undecided(.noVector) }
        let verdict: AnswerVerdict? = await self.guarded("comparison", clock) {
            do {
                let first = try await embedder.vector(ofAnswer: fresh, by: callouts, at: clock.secondsSince1970)
                let second = try await embedder.vector(ofAnswer: cached, by: callouts, at: clock.secondsSince1970)
                return ComparisonMethod.verdict(first, second, least: least)
            } catch is TextTooLong {
                return AnswerVerdict.undecided(.tooLong)
            }
        }
        return verdict ?? .undecided(.noVector)
    }

    private nonisolated(nonsending) func verdict(
        of judge: AnswerJudge,
        on it: AnswerJudge.Case,
        by callouts: any Callouts,
        _ clock: any StreamClock
    ) async -> AnswerVerdict {
        let verdict = await self.guarded("comparison", clock) {
            try await judge.service.answer(by: callouts, at: clock.secondsSince1970) { _ in
                judge.request(for: it)
            } reading: { (answer) throws(ProviderError) in
                try AnswerJudge.verdict(in: answer)
            }
        }
        return verdict ?? .undecided(.noJudge)
    }

    /// Makes a call that may fail; `nil` when it did, or is not made because others did.
    private nonisolated(nonsending) func guarded<Value>(
        _ action: StaticString,
        _ clock: any StreamClock,
        _ call: nonisolated(nonsending) () async throws -> Value
    ) async -> Value? {
        let start = clock.now
        guard self.health.allowsCall(at: start) else { return nil }
        do {
            let value = try await call()
            self.health.callEnded(nil, action, since: start, at: clock.now)
            return value
        } catch {
            self.health.callEnded(error, action, since: start, at: clock.now)
            return nil
        }
    }

    /// Computes at once, or on the thread for long texts.
    private nonisolated(nonsending) func elsewhere<Value: Sendable>(
        unless isShort: Bool,
        _ compute: @escaping @Sendable () -> Value
    ) async -> Value {
        if isShort { return compute() }
        return await withCheckedContinuation { continuation in
            self.queue.async { continuation.resume(returning: compute()) }
        }
    }
}

extension AnswerComparison {
    /// What a cache's configuration says.
    convenience init?(
        _ configuration: AICacheConfiguration,
        _ embedder: Embedder,
        _ environment: FilterEnvironment,
        _ metrics: AICacheMetrics,
        _ log: CacheLog
    ) {
        self.init(
            configuration.comparison,
            guards: configuration.guards,
            embedder: embedder,
            environment.metrics,
            ProviderHealth(.comparison, metrics, log)
        )
    }
}
