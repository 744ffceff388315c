import FilterAPI
import NIOCore

// Sets and sorted sets.
extension RedisCall {
    mutating func performSets() throws(RedisReplyError) -> RedisValue? {
        switch self.name {
        case "SADD":
            try self.expect(atLeast: 2)
            let known = try self.members()
            let added = self.texts(from: 1).filter { !known.contains($0) }
            self.put(self.text(0), .set(known + added))
            return .integer(added.count)
        case "SREM":
            try self.expect(atLeast: 2)
            let known = try self.members()
            let kept = known.filter { !self.texts(from: 1).contains($0) }
            self.put(self.text(0), .set(kept))
            return .integer(known.count - kept.count)
        case "SMEMBERS":
            try self.expect(1...1)
            return .array(try self.members().map { .text($0) })
        case "SISMEMBER":
            try self.expect(2...2)
            return .integer(try self.members().contains(self.text(1)) ? 1 : 0)
        case "SCARD":
            try self.expect(1...1)
            return .integer(try self.members().count)
        default: return nil
        }
    }

    mutating func performSortedSets() throws(RedisReplyError) -> RedisValue? {
        switch self.name {
        case "ZADD": return try self.addScored()
        case "ZREM":
            try self.expect(atLeast: 2)
            let gone = self.texts(from: 1)
            return try self.removeScored { !gone.contains($0.member) }
        case "ZREMRANGEBYSCORE":
            try self.expect(3...3)
            let (low, high) = (try self.double(1), try self.double(2))
            return try self.removeScored { $0.score < low || $0.score > high }
        case "ZCARD":
            try self.expect(1...1)
            return .integer(try self.scored().count)
        case "ZSCORE":
            try self.expect(2...2)
            return try self.scored().first { $0.member == self.text(1) }.map { .text(written($0.score)) } ?? .null
        case "ZCOUNT":
            try self.expect(3...3)
            let (low, high) = (try self.double(1), try self.double(2))
            return .integer(try self.scored().filter { $0.score >= low && $0.score <= high }.count)
        case "ZRANGE":
            try self.expect(3...3)
            let members = try self.scored()
            let range = RedisCall.range(try self.integer(1), try self.integer(2), of: members.count)
            return .array(members[range].map { .text($0.member) })
        default: return nil
        }
    }

    private func texts(from index: Int) -> [String] {
        var seen: Set<String> = []
        return self.arguments.indices.dropFirst(index).map { self.text($0) }.filter { seen.insert($0).inserted }
    }

    private func members() throws(RedisReplyError) -> [String] {
        switch self.entries[self.text(0)]?.content {
        case nil: return []
        case .set(let members): return members
        default: throw .wrongType
        }
    }

    private func scored() throws(RedisReplyError) -> [(member: String, score: Double)] {
        switch self.entries[self.text(0)]?.content {
        case nil: return []
        case .sortedSet(let members): return members
        default: throw .wrongType
        }
    }

    private mutating func addScored() throws(RedisReplyError) -> RedisValue {
        try self.expect(atLeast: 3)
        guard !self.arguments.count.isMultiple(of: 2) else { throw .syntax }
        var members = try self.scored()
        let before = members.count
        for index in stride(from: 1, to: self.arguments.count, by: 2) {
            let score = try self.double(index)
            members.removeAll { $0.member == self.text(index + 1) }
            members.append((self.text(index + 1), score))
        }
        members.sort { ($0.score, $0.member) < ($1.score, $1.member) }
        self.put(self.text(0), .sortedSet(members))
        return .integer(members.count - before)
    }

    private mutating func removeScored(
        _ isKept: ((member: String, score: Double)) -> Bool
    ) throws(RedisReplyError) -> RedisValue {
        let members = try self.scored()
        let kept = members.filter(isKept)
        self.put(self.text(0), .sortedSet(kept))
        return .integer(members.count - kept.count)
    }

    private func written(_ score: Double) -> String {
        score == score.rounded() && abs(score) < 1e15 ? "\(Int(score))" : "\(score)"
    }
}
