import FilterAPI
import NIOCore

// Keys, expiry, the server.
extension RedisCall {
    mutating func performKeys() throws(RedisReplyError) -> RedisValue? {
        switch self.name {
        case "PING": return .text(self.arguments.isEmpty ? "PONG" : self.text(0))
        case "ECHO": return .string(self.bytes(0))
        case "DEL", "UNLINK": return try self.delete()
        case "EXISTS": return try self.exists()
        case "EXPIRE", "PEXPIRE": return try self.expire()
        case "TTL", "PTTL": return try self.timeToLive()
        case "PERSIST": return try self.persist()
        case "TYPE": return try self.type()
        case "KEYS": return try self.keys()
        case "SCAN": return try self.scan()
        case "DBSIZE": return .integer(self.entries.count)
        case "FLUSHDB", "FLUSHALL":
            self.entries = [:]
            return .ok
        default: return nil
        }
    }

    private mutating func delete() throws(RedisReplyError) -> RedisValue {
        try self.expect(atLeast: 1)
        var count = 0
        for index in self.arguments.indices where self.entries.removeValue(forKey: self.text(index)) != nil {
            count += 1
        }
        return .integer(count)
    }

    private func exists() throws(RedisReplyError) -> RedisValue {
        try self.expect(atLeast: 1)
        return .integer(self.arguments.indices.filter { self.entries[self.text($0)] != nil }.count)
    }

    private mutating func expire() throws(RedisReplyError) -> RedisValue {
        try self.expect(2...3)
        let key = self.text(0)
        let amount = try self.integer(1)
        guard let entry = self.entries[key] else { return .integer(0) }
        if self.arguments.count == 3, !self.applies(self.text(2).uppercased(), to: entry) { return .integer(0) }
        if amount <= 0 {
            self.entries[key] = nil
        } else {
            let expiry = try self.expiry(1, self.name == "EXPIRE" ? 1000 : 1)
            self.entries[key]?.expiry = expiry
        }
        return .integer(1)
    }

    private func applies(_ condition: String, to entry: RedisStore.Entry) -> Bool {
        switch condition {
        case "NX": entry.expiry == nil
        case "XX": entry.expiry != nil
        default: true
        }
    }

    private func timeToLive() throws(RedisReplyError) -> RedisValue {
        try self.expect(1...1)
        guard let entry = self.entries[self.text(0)] else { return .integer(-2) }
        guard let expiry = entry.expiry else { return .integer(-1) }
        let milliseconds = Int((expiry - self.now).nanoseconds / 1_000_000)
        return .integer(self.name == "PTTL" ? milliseconds : (milliseconds + 500) / 1000)
    }

    private mutating func persist() throws(RedisReplyError) -> RedisValue {
        try self.expect(1...1)
        guard self.entries[self.text(0)]?.expiry != nil else { return .integer(0) }
        self.entries[self.text(0)]?.expiry = nil
        return .integer(1)
    }

    private func type() throws(RedisReplyError) -> RedisValue {
        try self.expect(1...1)
        switch self.entries[self.text(0)]?.content {
        case nil: return .text("none")
        case .string: return .text("string")
        case .hash: return .text("hash")
        case .list: return .text("list")
        case .set: return .text("set")
        case .sortedSet: return .text("zset")
        }
    }

    private func keys() throws(RedisReplyError) -> RedisValue {
        try self.expect(1...1)
        return .array(self.matching(self.text(0)))
    }

    /// All in one page: the cursor of the reply is 0.
    private func scan() throws(RedisReplyError) -> RedisValue {
        try self.expect(atLeast: 1)
        var pattern = "*"
        var index = 1
        while index < self.arguments.count {
            switch self.text(index).uppercased() {
            case "MATCH": pattern = self.text(index + 1)
            case "COUNT", "TYPE": break
            default: throw .syntax
            }
            index += 2
        }
        return .array([.text("0"), .array(self.matching(pattern))])
    }

    private func matching(_ pattern: String) -> [RedisValue] {
        self.entries.keys.sorted().filter { matches($0[...], pattern[...]) }.map { .text($0) }
    }
}

/// Whether a text is of a pattern with `*`, `?` and `\`.
private func matches(_ text: Substring, _ pattern: Substring) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    switch first {
    case "*":
        return matches(text, pattern.dropFirst()) || (!text.isEmpty && matches(text.dropFirst(), pattern))
    case "?": return !text.isEmpty && matches(text.dropFirst(), pattern.dropFirst())
    case "\\" where pattern.count > 1:
        return text.first == pattern.dropFirst().first && matches(text.dropFirst(), pattern.dropFirst(2))
    default: return text.first == first && matches(text.dropFirst(), pattern.dropFirst())
    }
}
