import Foundation

/// What one lookup of `ai-cache` answered, or would have, and whether that was right: a line of an observations file, as
/// `ai-cache` writes it in `mode: shadow` and under an error bound.
///
/// Members that are not known are passed over, so that newer gateways may write more.
struct CacheObservation: Codable, Hashable, Sendable {
    /// What would have answered.
    enum Tier: String, Codable, Sendable {
        /// The answer to the same words.
        case exact
        /// The answer to the nearest question, if a threshold lets it.
        case semantic
        /// Nothing.
        case none
    }

    /// How the stored answer compares with the fresh one.
    enum Outcome: String, Codable, Sendable {
        case agreed
        case disagreed
        /// There was no stored answer; the fresh one was complete.
        case new
        /// The stored answer was served, the fresh one was none to compare with, or comparing came to no end.
        case unknown
    }

    /// What a score says.
    enum Measure: String, Codable, Sendable {
        /// Greater is nearer.
        case similarity
        /// Less is nearer.
        case distance
    }

    let tier: Tier
    let outcome: Outcome
    /// How near the stored question is; only of ``Tier/semantic``.
    var score: Double?
    var measure: Measure?
    /// The name of the cache's entry in the chain.
    var cache: String?
    /// When the lookup was, in seconds since 1970.
    var time: Int?
    /// The digest of the question, by which its repeats are known; older gateways do not write it.
    var key: String?
    /// The digest of the stored question; only of ``Tier/semantic``.
    var storedKey: String?
    /// Whether the stored answer was served, so that there is no fresh one; gateways write it of such lookups alone.
    var served: Bool?

    private enum CodingKeys: String, CodingKey {
        case tier, outcome, score, measure, cache, time, key, served
        case storedKey = "stored_key"
    }

    /// Whether the answer to the same words was found, be it by their vector.
    var isOfSameWords: Bool {
        self.tier == .exact || self.tier == .semantic && self.key != nil && self.key == self.storedKey
    }

    /// Whether it is one that a gateway writes.
    fileprivate var isSound: Bool {
        switch self.tier {
        case .semantic: self.score?.isFinite == true && self.measure != nil && self.outcome != .new
        case .exact: self.outcome != .new
        case .none: self.outcome == .new || self.outcome == .unknown
        }
    }
}

/// The observations of some files or of a gateway.
struct CacheObservations {
    private(set) var all: [CacheObservation] = []
    /// Lines that hold no observation.
    private(set) var damaged = 0
    /// The first of them, with its file.
    private(set) var firstDamaged: String?

    init(_ all: [CacheObservation] = []) { self.all = all }

    /// Adds the observations of a file: one JSON object a line.
    mutating func add(lines: Data, of file: String) {
        let decoder = JSONDecoder()
        for (index, line) in lines.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if line.isEmpty { continue }
            if let observation = try? decoder.decode(CacheObservation.self, from: line), observation.isSound {
                self.all.append(observation)
            } else {
                self.damaged += 1
                self.firstDamaged = self.firstDamaged ?? "\(file):\(index + 1)"
            }
        }
    }

    /// Adds what `GET /ai-cache/observations` answered.
    ///
    /// - Throws: `DecodingError` when it is something else.
    mutating func add(answer: Data) throws {
        struct Answer: Decodable {
            let observations: [CacheObservation]
        }
        self.all += try JSONDecoder().decode(Answer.self, from: answer).observations.filter(\.isSound)
    }

    /// Those of one cache only.
    mutating func keep(cache name: String) { self.all.removeAll { $0.cache != name } }

    /// What their scores say; `nil` when there is none.
    ///
    /// - Throws: ``MixedMeasures``, for no threshold serves both.
    var measure: CacheObservation.Measure? {
        get throws(MixedMeasures) {
            let measures = Set(self.all.compactMap(\.measure))
            if measures.count > 1 { throw MixedMeasures(caches: Set(self.all.compactMap(\.cache)).sorted()) }
            return measures.first
        }
    }
}

/// Observations of stores whose scores mean different things.
struct MixedMeasures: Error, CustomStringConvertible {
    let caches: [String]

    var description: String {
        "some scores are similarities and some distances; choose one cache with --cache, of \(self.caches.joined(separator: ", "))"
    }
}
