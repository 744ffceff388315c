import FilterAPI
import NIOCore

extension RedisValue {
    /// What a filter gets to see of a reply.
    ///
    /// - Throws: ``CalloutError`` for an error reply, also for one within an array.
    init(_ reply: RESPValue) throws {
        switch reply {
        case .null: self = .null
        case .simpleString(let text), .bulkString(let text): self = .string(text)
        case .verbatimString(let verbatim): self = .string(verbatim.text)
        case .error(let text): throw CalloutError(.errorReply, String(buffer: text))
        case .integer(let number): self = .integer(Int(number))
        case .double(let number): self = .double(number)
        case .boolean(let flag): self = .bool(flag)
        case .bigNumber(let digits): self = .string(digits)
        case .array(let values), .set(let values), .push(let values):
            self = .array(try values.map { try RedisValue($0) })
        case .map(let entries):
            self = .map(try entries.map { [try RedisValue($0.key), try RedisValue($0.value)] })
        }
    }
}
