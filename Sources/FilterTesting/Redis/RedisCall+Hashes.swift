import FilterAPI
import NIOCore

// Hashes, their fields in the order in which they came.
extension RedisCall {
    mutating func performHashes() throws(RedisReplyError) -> RedisValue? {
        switch self.name {
        case "HSET", "HMSET": return try self.setFields()
        case "HSETNX": return try self.setFieldIfAbsent()
        case "HGET": return try self.field(self.text(1), arguments: 2...2).map { .string($0) } ?? .null
        case "HEXISTS": return .integer(try self.field(self.text(1), arguments: 2...2) == nil ? 0 : 1)
        case "HMGET": return try self.getFields()
        case "HGETALL", "HKEYS", "HVALS", "HLEN": return try self.all()
        case "HDEL": return try self.deleteFields()
        case "HINCRBY": return try self.countField()
        default: return nil
        }
    }

    private func fields() throws(RedisReplyError) -> [(field: String, value: ByteBuffer)] {
        switch self.entries[self.text(0)]?.content {
        case nil: return []
        case .hash(let fields): return fields
        default: throw .wrongType
        }
    }

    private func field(_ name: String, arguments: ClosedRange<Int>) throws(RedisReplyError) -> ByteBuffer? {
        try self.expect(arguments)
        return try self.fields().first { $0.field == name }?.value
    }

    private mutating func setFields() throws(RedisReplyError) -> RedisValue {
        try self.expect(atLeast: 3)
        guard !self.arguments.count.isMultiple(of: 2) else {
            throw RedisReplyError("ERR wrong number of arguments for '\(self.name.lowercased())' command")
        }
        var fields = try self.fields()
        var added = 0
        for index in stride(from: 1, to: self.arguments.count, by: 2) {
            let name = self.text(index)
            if let known = fields.firstIndex(where: { $0.field == name }) {
                fields[known].value = self.bytes(index + 1)
            } else {
                fields.append((name, self.bytes(index + 1)))
                added += 1
            }
        }
        self.put(self.text(0), .hash(fields))
        return self.name == "HMSET" ? .ok : .integer(added)
    }

    private mutating func setFieldIfAbsent() throws(RedisReplyError) -> RedisValue {
        guard try self.field(self.text(1), arguments: 3...3) == nil else { return .integer(0) }
        var fields = try self.fields()
        fields.append((self.text(1), self.bytes(2)))
        self.put(self.text(0), .hash(fields))
        return .integer(1)
    }

    private func getFields() throws(RedisReplyError) -> RedisValue {
        try self.expect(atLeast: 2)
        let fields = try self.fields()
        let values: [RedisValue] = self.arguments.indices.dropFirst().map { index in
            let name = self.text(index)
            return fields.first { $0.field == name }.map { .string($0.value) } ?? .null
        }
        return .array(values)
    }

    private func all() throws(RedisReplyError) -> RedisValue {
        try self.expect(1...1)
        let fields = try self.fields()
        switch self.name {
        case "HKEYS": return .array(fields.map { .text($0.field) })
        case "HVALS": return .array(fields.map { .string($0.value) })
        case "HLEN": return .integer(fields.count)
        default: return .array(fields.flatMap { [.text($0.field), .string($0.value)] })
        }
    }

    private mutating func deleteFields() throws(RedisReplyError) -> RedisValue {
        try self.expect(atLeast: 2)
        let names = Set(self.arguments.indices.dropFirst().map { self.text($0) })
        let fields = try self.fields()
        let kept = fields.filter { !names.contains($0.field) }
        self.put(self.text(0), .hash(kept))
        return .integer(fields.count - kept.count)
    }

    private mutating func countField() throws(RedisReplyError) -> RedisValue {
        let known = try self.field(self.text(1), arguments: 3...3).map { String(buffer: $0) } ?? "0"
        guard let value = Int(known) else { throw RedisReplyError("ERR hash value is not an integer") }
        let (sum, overflow) = value.addingReportingOverflow(try self.integer(2))
        guard !overflow else { throw RedisReplyError("ERR increment or decrement would overflow") }
        var fields = try self.fields()
        fields.removeAll { $0.field == self.text(1) }
        fields.append((self.text(1), ByteBuffer(string: "\(sum)")))
        self.put(self.text(0), .hash(fields))
        return .integer(sum)
    }
}
