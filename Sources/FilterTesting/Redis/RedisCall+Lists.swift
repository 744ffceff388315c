import FilterAPI
import NIOCore

// Lists.
extension RedisCall {
    mutating func performLists() throws(RedisReplyError) -> RedisValue? {
        switch self.name {
        case "LPUSH", "RPUSH": return try self.push()
        case "LPOP", "RPOP": return try self.pop()
        case "LLEN":
            try self.expect(1...1)
            return .integer(try self.items().count)
        case "LRANGE":
            try self.expect(3...3)
            return .array(try self.items(from: 1).map { .string($0) })
        case "LTRIM":
            try self.expect(3...3)
            self.put(self.text(0), .list(try self.items(from: 1)))
            return .ok
        case "LINDEX": return try self.item()
        default: return nil
        }
    }

    private func items() throws(RedisReplyError) -> [ByteBuffer] {
        switch self.entries[self.text(0)]?.content {
        case nil: return []
        case .list(let items): return items
        default: throw .wrongType
        }
    }

    /// The items of the range that two arguments give; negative numbers count from the end.
    private func items(from argument: Int) throws(RedisReplyError) -> [ByteBuffer] {
        let items = try self.items()
        let range = RedisCall.range(try self.integer(argument), try self.integer(argument + 1), of: items.count)
        return Array(items[range])
    }

    /// A range as Redis counts, both ends included.
    static func range(_ first: Int, _ last: Int, of count: Int) -> Range<Int> {
        let start = max(0, first < 0 ? first + count : first)
        let end = min(count, (last < 0 ? last + count : last) + 1)
        return start < end ? start..<end : 0..<0
    }

    private mutating func push() throws(RedisReplyError) -> RedisValue {
        try self.expect(atLeast: 2)
        let added = self.arguments.dropFirst()
        let known = try self.items()
        let items = self.name == "LPUSH" ? added.reversed() + known : known + added
        self.put(self.text(0), .list(items))
        return .integer(items.count)
    }

    private mutating func pop() throws(RedisReplyError) -> RedisValue {
        try self.expect(1...1)
        var items = try self.items()
        guard !items.isEmpty else { return .null }
        let item = self.name == "LPOP" ? items.removeFirst() : items.removeLast()
        self.put(self.text(0), .list(items))
        return .string(item)
    }

    private func item() throws(RedisReplyError) -> RedisValue {
        try self.expect(2...2)
        let items = try self.items()
        let index = try self.integer(1)
        let position = index < 0 ? index + items.count : index
        return items.indices.contains(position) ? .string(items[position]) : .null
    }
}
