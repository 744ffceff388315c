/// Why bytes are not RESP, or are more than ``RESPLimits`` allow. Nothing after such bytes can be trusted.
package enum RESPParseError: Error, Equatable, Sendable {
    case unknownType(UInt8)
    case malformedLine
    case malformedNumber
    case malformedLength
    case malformedVerbatimString
    case missingTerminator
    case pushInsideAggregate
    /// Streamed strings and aggregates (`$?`, `*?`), which no server sends to an ordinary client.
    case streamedTypeUnsupported
    case lineTooLong(limit: Int)
    case bulkTooLong(limit: Int)
    case replyTooLong(limit: Int)
    case tooManyValues(limit: Int)
    case nestedTooDeep(limit: Int)
}

extension RESPParseError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownType(let byte): "no RESP type starts with byte \(byte)"
        case .malformedLine: "a line is not ended by CR LF"
        case .malformedNumber: "a number is not one"
        case .malformedLength: "a length is not a number that a length can be"
        case .malformedVerbatimString: "a verbatim string has no format"
        case .missingTerminator: "a bulk string is not followed by CR LF"
        case .pushInsideAggregate: "a push stands inside another value"
        case .streamedTypeUnsupported: "streamed values are not supported"
        case .lineTooLong(let limit): "a line is longer than \(limit) bytes"
        case .bulkTooLong(let limit): "a bulk string is longer than \(limit) bytes"
        case .replyTooLong(let limit): "a reply is longer than \(limit) bytes"
        case .tooManyValues(let limit): "a reply has more than \(limit) values"
        case .nestedTooDeep(let limit): "a reply is nested deeper than \(limit)"
        }
    }
}
