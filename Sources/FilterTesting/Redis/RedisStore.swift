import FilterAPI
import NIOCore

/// The data of a Redis server and its commands, without connection or clock.
///
/// Source: the command reference of Redis; messages as its server words them.
struct RedisStore {
    enum Content: Sendable {
        case string(ByteBuffer)
        case hash([(field: String, value: ByteBuffer)])
        case list([ByteBuffer])
        case set([String])
        case sortedSet([(member: String, score: Double)])
    }

    struct Entry: Sendable {
        var content: Content
        var expiry: NIODeadline?
    }

    private var databases: [Int: [String: Entry]] = [:]

    /// Performs a command.
    mutating func perform(
        _ command: [ByteBuffer],
        database: Int,
        now: NIODeadline
    ) -> Result<RedisValue, CalloutError> {
        var call = RedisCall(
            name: command.first.map { String(buffer: $0).uppercased() } ?? "",
            arguments: Array(command.dropFirst()),
            now: now,
            entries: (self.databases[database] ?? [:]).filter { !$0.value.hasExpired(now) }
        )
        defer { self.databases[database] = call.entries }
        do throws(RedisReplyError) {
            if let value = try call.performStrings() { return .success(value) }
            if let value = try call.performKeys() { return .success(value) }
            if let value = try call.performHashes() { return .success(value) }
            if let value = try call.performLists() { return .success(value) }
            if let value = try call.performSets() { return .success(value) }
            if let value = try call.performSortedSets() { return .success(value) }
            throw RedisReplyError("ERR unknown command '\(call.name)'")
        } catch {
            return .failure(CalloutError(.errorReply, error.message))
        }
    }

    func string(_ key: String, database: Int, now: NIODeadline) -> ByteBuffer? {
        guard let entry = self.databases[database]?[key], !entry.hasExpired(now) else { return nil }
        guard case .string(let value) = entry.content else { return nil }
        return value
    }

    mutating func set(_ key: String, database: Int, to content: Content?) {
        self.databases[database, default: [:]][key] = content.map { Entry(content: $0) }
    }

    func keys(database: Int, now: NIODeadline) -> [String] {
        (self.databases[database] ?? [:]).filter { !$0.value.hasExpired(now) }.keys.sorted()
    }

    func timeToLive(_ key: String, database: Int, now: NIODeadline) -> Duration? {
        guard let expiry = self.databases[database]?[key]?.expiry, expiry > now else { return nil }
        return Duration.nanoseconds((expiry - now).nanoseconds)
    }
}

extension RedisStore.Entry {
    func hasExpired(_ now: NIODeadline) -> Bool { self.expiry.map { $0 <= now } ?? false }
}

/// An error reply.
struct RedisReplyError: Error {
    let message: String

    init(_ message: String) { self.message = message }

    static let wrongType = RedisReplyError("WRONGTYPE Operation against a key holding the wrong kind of value")
    static let notInteger = RedisReplyError("ERR value is not an integer or out of range")
    static let syntax = RedisReplyError("ERR syntax error")
}

/// One command on one database.
struct RedisCall {
    let name: String
    let arguments: [ByteBuffer]
    let now: NIODeadline
    var entries: [String: RedisStore.Entry]

    /// Refuses a call with fewer or more arguments.
    func expect(_ range: ClosedRange<Int>) throws(RedisReplyError) {
        guard range.contains(self.arguments.count) else {
            throw RedisReplyError("ERR wrong number of arguments for '\(self.name.lowercased())' command")
        }
    }

    func expect(atLeast count: Int) throws(RedisReplyError) { try self.expect(count...max(count, 1 << 20)) }

    /// The argument as text; empty when there is none.
    func text(_ index: Int) -> String { index < self.arguments.count ? String(buffer: self.arguments[index]) : "" }

    func bytes(_ index: Int) -> ByteBuffer { index < self.arguments.count ? self.arguments[index] : ByteBuffer() }

    func integer(_ index: Int) throws(RedisReplyError) -> Int {
        guard let number = Int(self.text(index)) else { throw .notInteger }
        return number
    }

    func double(_ index: Int) throws(RedisReplyError) -> Double {
        switch self.text(index).lowercased() {
        case "-inf": return -.infinity
        case "+inf", "inf": return .infinity
        case let text:
            guard let number = Double(text), !number.isNaN else {
                throw RedisReplyError("ERR value is not a valid float")
            }
            return number
        }
    }

    func string(_ key: String) throws(RedisReplyError) -> ByteBuffer? {
        switch self.entries[key]?.content {
        case nil: return nil
        case .string(let value): return value
        default: throw .wrongType
        }
    }

    /// Changes the content of a key and keeps its expiry; an empty collection goes.
    mutating func put(_ key: String, _ content: RedisStore.Content) {
        if content.isEmptyCollection {
            self.entries[key] = nil
        } else if self.entries[key] != nil {
            self.entries[key]?.content = content
        } else {
            self.entries[key] = RedisStore.Entry(content: content)
        }
    }
}

extension RedisStore.Content {
    fileprivate var isEmptyCollection: Bool {
        switch self {
        case .string: false
        case .hash(let fields): fields.isEmpty
        case .list(let items): items.isEmpty
        case .set(let members): members.isEmpty
        case .sortedSet(let members): members.isEmpty
        }
    }
}

extension RedisValue {
    static let ok = RedisValue.string(ByteBuffer(string: "OK"))

    static func text(_ text: String) -> RedisValue { .string(ByteBuffer(string: text)) }
}
