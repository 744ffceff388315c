import FilterAPI
import NIOCore

// Purging: the names of entries are digests of keys, so the keys are looked through.
extension RedisCache {
    /// How many keys the server looks at in one step.
    private static let keysPerStep = 1000
    /// How many steps are made at most.
    private static let mostSteps = 100_000

    nonisolated(nonsending) func purge(
        _ purge: Purge,
        prefix: String,
        by callouts: any Callouts
    ) async throws -> PurgedEntries {
        switch purge {
        case .entry(let id):
            guard let key = try await self.key(named: id, prefix: prefix, by: callouts) else { return PurgedEntries() }
            let bytes = try await self.bytes(of: key, by: callouts)
            var purged = PurgedEntries(count: try await self.remove([key], by: callouts), bytes: bytes)
            purged.question = CacheKey.question(ofStored: key, prefix: prefix)
            return purged
        case .scopeOf(let id):
            guard let key = try await self.key(named: id, prefix: prefix, by: callouts),
                let digest = CacheKey.scope(ofStored: key, prefix: prefix)
            else { return PurgedEntries() }
            return try await self.purge(.scope(digest), prefix: prefix, by: callouts)
        case .scope(let digest):
            var removed = 0
            var scan = Scan(front: prefix + digest)
            while let keys = try await self.next(&scan, by: callouts) {
                let own = keys.filter { CacheKey.scope(ofStored: $0, prefix: prefix) == digest }
                if !own.isEmpty { removed += try await self.remove(own, by: callouts) }
            }
            return PurgedEntries(count: removed, scope: digest)
        }
    }

    /// What a key holds; `nil` when it is no text.
    private nonisolated(nonsending) func bytes(of key: String, by callouts: any Callouts) async throws -> ByteBuffer? {
        do {
            let command = [ByteBuffer(string: "GET"), ByteBuffer(string: key)]
            guard case .string(let bytes) = try await callouts.redis(command, on: self.target) else { return nil }
            return bytes
        } catch let error as CalloutError where error.message.contains("WRONGTYPE") {
            return nil
        }
    }

    private nonisolated(nonsending) func key(
        named id: CacheKeyID,
        prefix: String,
        by callouts: any Callouts
    ) async throws -> String? {
        var scan = Scan(front: prefix)
        while let keys = try await self.next(&scan, by: callouts) {
            if let key = keys.first(where: { CacheKeyID(of: $0) == id }) { return key }
        }
        return nil
    }

    private nonisolated(nonsending) func remove(_ keys: [String], by callouts: any Callouts) async throws -> Int {
        let command = ["DEL"] + keys
        let reply = try await callouts.redis(command.map { ByteBuffer(string: $0) }, on: self.target)
        if case .integer(let count) = reply { return Int(count) }
        return 0
    }

    /// The keys of the next step; `nil` after the last.
    private nonisolated(nonsending) func next(_ scan: inout Scan, by callouts: any Callouts) async throws -> [String]? {
        guard let cursor = scan.cursor, scan.steps < Self.mostSteps else { return nil }
        let command = ["SCAN", cursor, "MATCH", scan.pattern, "COUNT", "\(Self.keysPerStep)"]
        let reply = try await callouts.redis(command.map { ByteBuffer(string: $0) }, on: self.target)
        return scan.read(reply)
    }

    /// A walk through the keys that begin with a text.
    private struct Scan {
        /// Where the next step begins; `nil` after the last.
        var cursor: String? = "0"
        var steps = 0
        let pattern: String

        init(front: String) {
            let escaped = front.map { "*?[]^\\".contains($0) ? "\\\($0)" : String($0) }
            self.pattern = escaped.joined() + "*"
        }

        /// Takes a reply to `SCAN`: the next cursor, and keys.
        mutating func read(_ reply: RedisValue) -> [String] {
            self.steps += 1
            self.cursor = nil
            guard case .array(let parts) = reply, parts.count == 2, let next = parts[0].text,
                case .array(let keys) = parts[1]
            else { return [] }
            self.cursor = next == "0" ? nil : next
            return keys.compactMap(\.text)
        }
    }
}

extension RedisValue {
    fileprivate var text: String? {
        guard case .string(let bytes) = self else { return nil }
        return String(buffer: bytes)
    }
}
