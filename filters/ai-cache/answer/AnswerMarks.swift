import Crypto
import NIOCore
import Synchronization

/// What the stored answers say, by the keys of their questions, and how often something was purged: by this is known whether an
/// answer about which something was learnt is still the one that is stored.
///
/// Bounded, shared by all event loops, and kept when the configuration is reloaded; an answer that is not known any more counts as
/// another. Those of the memory vector store's entries are in its snapshot.
final class AnswerMarks: Sendable {
    /// How many answers are known.
    static let mostEntries = 100_000
    /// Longer answers are the same only byte for byte, so that an event loop is not kept busy.
    fileprivate static let longestNormalised = 2048

    /// An answer at a time; equal to another one when it has been neither replaced nor purged in between.
    struct Moment: Sendable, Hashable {
        fileprivate let purges: Int
        fileprivate let mark: Mark?
    }

    /// What an answer says, in short.
    fileprivate struct Mark: Sendable, Hashable {
        /// Equal, in this process, for texts whose letters are composed in another way too; `nil` after a restart and for
        /// long answers.
        let here: Int?
        /// Equal for equal bytes, in every process.
        let lasting: UInt64

        func says(as other: Mark) -> Bool {
            guard let here, let there = other.here else { return self.lasting == other.lasting }
            return here == there
        }
    }

    private struct State {
        var young: [CacheKeyID: Mark] = [:]
        var old: [CacheKeyID: Mark] = [:]
        var purges = 0
        var changes = 0

        func mark(of key: CacheKeyID) -> Mark? { self.young[key] ?? self.old[key] }

        mutating func keep(_ mark: Mark, of key: CacheKeyID, mostOfOneAge: Int) {
            if self.young[key] == nil, self.young.count >= mostOfOneAge {
                self.old = self.young
                self.young = [:]
            }
            self.young[key] = mark
        }
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
        let mark = Mark(of: answer)
        return self.state.withLock { state in
            let known = state.mark(of: key).flatMap { $0.says(as: mark) ? $0 : nil }
            if known == nil { state.changes += 1 }
            // Of answers that say the same the first one stays, so that nobody takes it for another.
            state.keep(known ?? mark, of: key, mostOfOneAge: self.mostOfOneAge)
            return known == nil
        }
    }

    /// Notes that entries are being purged, whichever they are.
    func notePurge() { self.state.withLock { $0.purges += 1 } }
}

extension AnswerMarks {
    /// How often another answer was noted.
    var changeCount: Int { self.state.withLock { $0.changes } }

    /// What a snapshot holds of the answer under a key; `nil` when it is not known.
    func lasting(of key: CacheKeyID) -> UInt64? { self.state.withLock { $0.mark(of: key)?.lasting } }

    /// Takes back what a snapshot held of the answer under a key.
    func restore(_ lasting: UInt64, of key: CacheKeyID) {
        self.state.withLock {
            $0.keep(Mark(here: nil, lasting: lasting), of: key, mostOfOneAge: self.mostOfOneAge)
        }
    }
}

extension AnswerMarks.Mark {
    fileprivate init(of answer: CachedAnswer) {
        guard answer.content.readableBytes <= AnswerMarks.longestNormalised else {
            self.init(here: nil, lasting: answer.content.withUnsafeReadableBytes { Self.digest($0) })
            return
        }
        let text = NormalisedText(CachedValue.structured(answer).text)
        var bytes = text.text
        self.init(
            here: text.hashValue,
            lasting: bytes.withUTF8 { Self.digest(UnsafeRawBufferPointer($0)) }
        )
    }

    /// The front of the SHA-256.
    private static func digest(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return hash.finalize().withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}
