import FilterAPI
import NIOCore
import Synchronization

/// Finds stored questions that mean the same: an embedder and a vector store, each behind its breaker.
///
/// Nothing here throws: what fails is counted and logged, and gives `nil`.
final class SemanticTier: Sendable {
    let embedder: Embedder
    let vectors: VectorStore
    let score: ScoreKind
    let settings: VectorSettings
    let embeddingHealth: ProviderHealth
    let vectorHealth: ProviderHealth
    private let length = Mutex<Int?>(nil)

    /// - Returns: nil when the configuration has errors.
    init?(
        _ settings: SemanticSettings,
        _ environment: FilterEnvironment,
        _ metrics: AICacheMetrics,
        _ log: CacheLog
    ) throws {
        guard let openEmbedder = settings.openEmbedder, let opener = settings.vectors.opener else { return nil }
        self.embedder = try openEmbedder(environment)
        self.vectors = try opener.open(environment)
        self.score = opener.score
        self.settings = settings.vectors
        self.embeddingHealth = ProviderHealth(.embedding, metrics, log)
        self.vectorHealth = ProviderHealth(.vector, metrics, log)
    }

    /// The longest answer that an entry can hold, in bytes.
    var longestAnswer: Int {
        switch self.vectors {
        case .local: Int.max
        case .remote(let store): store.longestAnswer
        }
    }

    /// The one of these neighbours that answers a question, of those in the scope.
    func choice(
        among neighbours: [Neighbour],
        for question: String,
        scope: String?,
        guards: Guards,
        takesAll: Bool,
        at secondsSince1970: Int
    ) -> SemanticChoice {
        SemanticChoice(
            neighbours,
            scope: scope,
            topK: self.settings.topK,
            threshold: self.settings.threshold,
            score: self.score,
            at: secondsSince1970,
            question: question,
            guards: guards,
            takesAll: takesAll
        )
    }
}

extension SemanticTier {
    /// What became of a question's vector.
    enum FoundVector: Sendable, Hashable {
        case vector([Float])
        /// The question has none, which is no failure: there is nothing to compare in it, or too much.
        case nothing
        /// It could not be made.
        case failed

        /// The vector, if there is one.
        var numbers: [Float]? {
            if case .vector(let numbers) = self { numbers } else { nil }
        }
    }

    /// The vector of a question.
    nonisolated(nonsending) func vector(
        of text: String,
        by callouts: any Callouts,
        _ clock: any StreamClock
    ) async -> FoundVector {
        switch self.embedder {
        case .local(let embedder): return self.vector(of: text, by: embedder).map { FoundVector.vector($0) } ?? .nothing
        case .waiting(let embedder):
            let start = clock.now
            guard self.embeddingHealth.allowsCall(at: start) else { return .failed }
            do {
                let vector = try await embedder.vector(of: text, by: callouts, at: clock.secondsSince1970)
                try self.checkLength(of: vector)
                self.embeddingHealth.callEnded(nil, "embedding", since: start, at: clock.now)
                return .vector(vector)
            } catch {
                self.embeddingHealth.callEnded(error, "embedding", since: start, at: clock.now)
                return error is TextTooLong ? .nothing : .failed
            }
        }
    }

    /// The neighbours of a vector.
    nonisolated(nonsending) func neighbours(
        of query: VectorQuery,
        by callouts: any Callouts,
        _ clock: any StreamClock
    ) async -> [Neighbour]? {
        let start = clock.now
        switch self.vectors {
        case .local(let store):
            guard !store.isQuick(query) else { return self.neighbours(of: query, in: store, at: start) }
            do throws(ProviderError) {
                return try await store.neighboursElsewhere(of: query)
            } catch {
                self.vectorHealth.callEnded(error, "vector lookup", at: start)
                return nil
            }
        case .remote(let store):
            guard self.vectorHealth.allowsCall(at: start) else { return nil }
            do {
                let neighbours = try await store.neighbours(of: query, by: callouts)
                self.vectorHealth.callEnded(nil, "vector lookup", since: start, at: clock.now)
                return neighbours
            } catch {
                self.vectorHealth.callEnded(error, "vector lookup", since: start, at: clock.now)
                return nil
            }
        }
    }

    /// Stores an entry; whether it was taken.
    nonisolated(nonsending) func store(
        _ entry: VectorEntry,
        by callouts: any Callouts,
        _ clock: any StreamClock
    ) async -> Bool {
        let start = clock.now
        switch self.vectors {
        case .local(let store): return self.store(entry, in: store, at: start)
        case .remote(let store):
            guard self.vectorHealth.allowsCall(at: start) else { return false }
            do {
                try await store.store(entry, by: callouts)
                self.vectorHealth.callEnded(nil, "vector store", since: start, at: clock.now)
                return true
            } catch {
                self.vectorHealth.callEnded(error, "vector store", since: start, at: clock.now)
                return false
            }
        }
    }
}

extension SemanticTier {
    /// The vector of a text; a text in which there is nothing to compare has none, which is no failure.
    func vector(of text: String, by embedder: any LocalEmbedder) -> [Float]? {
        try? embedder.vector(of: text)
    }

    func neighbours(of query: VectorQuery, in store: any LocalVectorStore, at now: NIODeadline) -> [Neighbour]? {
        do throws(ProviderError) {
            return try store.neighbours(of: query)
        } catch {
            self.vectorHealth.callEnded(error, "vector lookup", at: now)
            return nil
        }
    }

    func store(_ entry: VectorEntry, in store: any LocalVectorStore, at now: NIODeadline) -> Bool {
        do throws(ProviderError) {
            return try store.store(entry)
        } catch {
            self.vectorHealth.callEnded(error, "vector store", at: now)
            return false
        }
    }

    /// Refuses a vector of another length than the one before: no collection holds both.
    ///
    /// The next vector is then taken whatever its length, so that a model that was changed for good costs one refusal.
    private func checkLength(of vector: [Float]) throws(ProviderError) {
        let before = self.length.withLock { known in
            let before = known
            known = before == nil || before == vector.count ? vector.count : nil
            return before
        }
        if let before, before != vector.count {
            throw ProviderError(.badVector, "the vector has \(vector.count) dimensions, the one before had \(before)")
        }
    }
}

extension StreamClock {
    /// Seconds since 1970.
    var secondsSince1970: Int { Int(self.nanosecondsSince1970 / 1_000_000_000) }
}
