import NIOCore
import Synchronization

/// What the stored answers say, by the keys of their questions, and how often something was purged: by this is known whether an
/// answer about which something was learnt is still the one that is stored.
///
/// Bounded, shared by all event loops, and kept when the configuration is reloaded; an answer that is not known any more counts as
/// another.
final class AnswerMarks: Sendable {
    /// How many answers are known.
    static let mostEntries = 100_000
    /// Longer answers are the same only byte for byte, so that an event loop is not kept busy.
    private static let longestNormalised = 2048

    /// An answer at a time; equal to another one when it has been neither replaced nor purged in between.
    struct Moment: Sendable, Hashable {
        fileprivate let purges: Int
        fileprivate let mark: Int?
    }

    private struct State {
        var young: [CacheKeyID: Int] = [:]
        var old: [CacheKeyID: Int] = [:]
        var purges = 0

        func mark(of key: CacheKeyID) -> Int? { self.young[key] ?? self.old[key] }
    }

    private let mostOfOneAge: Int
    private let state = Mutex(State())

    init(mostEntries: Int = mostEntries) { self.mostOfOneAge = max(1, mostEntries / 2) }

    /// What is known of the answer under a key.
    func moment(of key: CacheKeyID) -> Moment {
        self.state.withLock { Moment(purges: $0.purges, mark: $0.mark(of: key)) }
    }

    /// Notes the answer that is stored under a key.
    ///
    /// - Returns: Whether it says something else than the one before, or that one is not known.
    func replace(_ key: CacheKeyID, by answer: CachedAnswer) -> Bool {
        let mark = Self.mark(of: answer)
        return self.state.withLock { state in
            let isAnother = state.mark(of: key) != mark
            if state.young[key] == nil, state.young.count >= self.mostOfOneAge {
                state.old = state.young
                state.young = [:]
            }
            state.young[key] = mark
            return isAnother
        }
    }

    /// Notes that entries are being purged, whichever they are.
    func notePurge() { self.state.withLock { $0.purges += 1 } }

    private static func mark(of answer: CachedAnswer) -> Int {
        guard answer.content.readableBytes <= self.longestNormalised else { return answer.content.hashValue }
        return NormalisedText(CachedValue.structured(answer).text).hashValue
    }
}
