import FilterAPI
import NIOCore

// Strings and counters.
extension RedisCall {
    mutating func performStrings() throws(RedisReplyError) -> RedisValue? {
        switch self.name {
        case "GET": return try self.get()
        case "SET": return try self.set()
        case "SETEX", "PSETEX": return try self.setWithExpiry()
        case "SETNX": return try self.setIfAbsent()
        case "GETSET", "GETDEL": return try self.getAndChange()
        case "MGET": return try self.getAll()
        case "MSET": return try self.setAll()
        case "STRLEN": return try self.length()
        case "APPEND": return try self.append()
        case "INCR", "DECR", "INCRBY", "DECRBY": return try self.count()
        case "INCRBYFLOAT": return try self.countFloat()
        default: return nil
        }
    }

    private func get() throws(RedisReplyError) -> RedisValue {
        try self.expect(1...1)
        return try self.string(self.text(0)).map { .string($0) } ?? .null
    }

    private mutating func set() throws(RedisReplyError) -> RedisValue {
        try self.expect(atLeast: 2)
        let key = self.text(0)
        let known = self.entries[key]
        var entry = RedisStore.Entry(content: .string(self.bytes(1)))
        var condition: String?
        var returnsOld = false
        var index = 2
        while index < self.arguments.count {
            let option = self.text(index).uppercased()
            switch option {
            case "NX", "XX": condition = option
            case "GET": returnsOld = true
            case "KEEPTTL": entry.expiry = known?.expiry
            case "EX", "PX":
                index += 1
                entry.expiry = try self.expiry(index, option == "EX" ? 1000 : 1)
            default: throw .syntax
            }
            index += 1
        }
        let old: RedisValue = returnsOld ? try self.string(key).map { .string($0) } ?? .null : .ok
        if condition == "NX", known != nil { return returnsOld ? old : .null }
        if condition == "XX", known == nil { return .null }
        self.entries[key] = entry
        return old
    }

    /// The moment so many units of `unit` milliseconds from now.
    func expiry(_ index: Int, _ unit: Int) throws(RedisReplyError) -> NIODeadline {
        let amount = try self.integer(index)
        guard amount > 0, amount < Int.max / 1_000_000_000_000 else {
            throw RedisReplyError("ERR invalid expire time in '\(self.name.lowercased())' command")
        }
        return self.now + .milliseconds(Int64(amount * unit))
    }

    private mutating func setWithExpiry() throws(RedisReplyError) -> RedisValue {
        try self.expect(3...3)
        let expiry = try self.expiry(1, self.name == "SETEX" ? 1000 : 1)
        self.entries[self.text(0)] = RedisStore.Entry(content: .string(self.bytes(2)), expiry: expiry)
        return .ok
    }

    private mutating func setIfAbsent() throws(RedisReplyError) -> RedisValue {
        try self.expect(2...2)
        guard self.entries[self.text(0)] == nil else { return .integer(0) }
        self.put(self.text(0), .string(self.bytes(1)))
        return .integer(1)
    }

    private mutating func getAndChange() throws(RedisReplyError) -> RedisValue {
        try self.expect(self.name == "GETSET" ? 2...2 : 1...1)
        let key = self.text(0)
        let old = try self.string(key)
        self.entries[key] = self.name == "GETSET" ? RedisStore.Entry(content: .string(self.bytes(1))) : nil
        return old.map { .string($0) } ?? .null
    }

    private func getAll() throws(RedisReplyError) -> RedisValue {
        try self.expect(atLeast: 1)
        return .array(
            self.arguments.indices.map { index in
                if case .string(let value)? = self.entries[self.text(index)]?.content { return .string(value) }
                return .null
            }
        )
    }

    private mutating func setAll() throws(RedisReplyError) -> RedisValue {
        try self.expect(atLeast: 2)
        guard self.arguments.count.isMultiple(of: 2) else {
            throw RedisReplyError("ERR wrong number of arguments for 'mset' command")
        }
        for index in stride(from: 0, to: self.arguments.count, by: 2) {
            self.entries[self.text(index)] = RedisStore.Entry(content: .string(self.bytes(index + 1)))
        }
        return .ok
    }

    private func length() throws(RedisReplyError) -> RedisValue {
        try self.expect(1...1)
        return .integer(try self.string(self.text(0))?.readableBytes ?? 0)
    }

    private mutating func append() throws(RedisReplyError) -> RedisValue {
        try self.expect(2...2)
        var value = try self.string(self.text(0)) ?? ByteBuffer()
        value.writeImmutableBuffer(self.bytes(1))
        self.put(self.text(0), .string(value))
        return .integer(value.readableBytes)
    }

    private mutating func count() throws(RedisReplyError) -> RedisValue {
        let isBy = self.name.hasSuffix("BY")
        try self.expect(isBy ? 2...2 : 1...1)
        let amount = isBy ? try self.integer(1) : 1
        let text = try self.string(self.text(0)).map { String(buffer: $0) } ?? "0"
        guard let value = Int(text) else { throw .notInteger }
        let isDown = self.name.hasPrefix("DECR")
        let (sum, overflow) =
            isDown ? value.subtractingReportingOverflow(amount) : value.addingReportingOverflow(amount)
        guard !overflow else { throw RedisReplyError("ERR increment or decrement would overflow") }
        self.put(self.text(0), .string(ByteBuffer(string: "\(sum)")))
        return .integer(sum)
    }

    private mutating func countFloat() throws(RedisReplyError) -> RedisValue {
        try self.expect(2...2)
        let text = try self.string(self.text(0)).map { String(buffer: $0) } ?? "0"
        guard let value = Double(text) else { throw RedisReplyError("ERR value is not a valid float") }
        let sum = value + (try self.double(1))
        let written = sum == sum.rounded() && abs(sum) < 1e15 ? "\(Int(sum))" : "\(sum)"
        self.put(self.text(0), .string(ByteBuffer(string: written)))
        return .text(written)
    }
}
