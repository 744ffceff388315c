import FilterAPI
import NIOCore
import Synchronization

/// Keeps what was observed of lookups: the last ones in memory, and all of them in a file if there is one.
final class ObservationLog: Sendable {
    /// The last observations.
    let kept: KeptObservations
    private let file: ObservationFile?
    private let hasTexts: Bool
    private let measure: ScoreKind?
    private let name: String

    /// - Parameters:
    ///   - settings: `observations`.
    ///   - measure: What scores of the vector store say; `nil` without one.
    ///   - environment: Where observations are kept.
    init(_ settings: ObservationSettings, _ measure: ScoreKind?, _ environment: FilterEnvironment) {
        let lost = ShadowMetrics.lost(environment.metrics)
        self.kept = environment.shared.object("ai-cache.observations \(settings.keep) \(environment.name)") {
            KeptObservations(capacity: settings.keep)
        }
        self.file = settings.path.map { path in
            environment.shared.object("ai-cache.observations.file \(path)") {
                ObservationFile(path: path, lost: lost, environment.logger)
            }
        }
        self.hasTexts = settings.hasTexts
        self.measure = measure
        self.name = environment.name
        if let file, environment.shared.isServing {
            environment.shared.whenInForce { file.begin(maximumBytes: settings.maximumBytes) }
        }
    }

    /// Keeps what became of a lookup.
    ///
    /// - Parameter fresh: The fresh answer, where it was one to compare with.
    func note(_ watched: WatchedLookup, _ outcome: Observation.Outcome, fresh: CachedValue? = nil) {
        let observation = watched.observation(outcome, by: self.name, measure: self.measure)
        self.kept.add(observation)
        self.file?.append(observation.line(self.hasTexts ? watched.texts(fresh: fresh) : nil))
    }
}

/// The observations in memory, which a reload keeps. Shared by all event loops.
final class KeptObservations: Sendable {
    private let ring: Mutex<ObservationRing>

    init(capacity: Int) { self.ring = Mutex(ObservationRing(capacity: capacity)) }

    func add(_ observation: Observation) { self.ring.withLock { $0.add(observation) } }

    var all: [Observation] { self.ring.withLock { $0.all } }
    var count: Int { self.ring.withLock { $0.count } }
}
