import NIOCore
import Synchronization

/// What was found out about credentials that cost much to check, for a while and for a bounded number of them.
///
/// Credentials themselves are not kept, only their digests. There are two generations: when the younger one is full it takes
/// the place of the older one, so what is used stays and nothing is ever searched for what to drop. A lock for each of
/// sixteen shards is held for one look into a table.
final class RememberedCredentials<Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let end: NIODeadline
    }

    private struct Generations {
        var young: [CredentialDigest: Entry] = [:]
        var old: [CredentialDigest: Entry] = [:]
    }

    private final class Shard: Sendable {
        let generations = Mutex(Generations())
    }

    private let shards: [Shard]
    private let shardCapacity: Int

    /// - Parameter capacity: About how many credentials are remembered at most.
    init(capacity: Int) {
        self.shards = (0..<16).map { _ in Shard() }
        self.shardCapacity = max(1, capacity / 32)
    }

    /// What is remembered of a credential and has not ended.
    func value(of digest: CredentialDigest, now: NIODeadline) -> Value? {
        self.shard(of: digest).generations.withLock { generations in
            if let entry = generations.young[digest] { return entry.end > now ? entry.value : nil }
            guard let entry = generations.old[digest], entry.end > now else { return nil }
            self.insert(entry, for: digest, into: &generations)
            return entry.value
        }
    }

    /// Remembers a credential until a moment.
    func remember(_ value: Value, of digest: CredentialDigest, until end: NIODeadline) {
        self.shard(of: digest).generations.withLock { generations in
            self.insert(Entry(value: value, end: end), for: digest, into: &generations)
        }
    }

    private func insert(_ entry: Entry, for digest: CredentialDigest, into generations: inout Generations) {
        if generations.young.count >= self.shardCapacity {
            generations.old = generations.young
            generations.young = [:]
        }
        generations.young[digest] = entry
    }

    private func shard(of digest: CredentialDigest) -> Shard { self.shards[digest.lowByte % self.shards.count] }
}
