package import NIOCore

/// One value of the Redis serialisation protocol, version 2 or 3.
///
/// Strings are slices of the buffers that were read from the socket, not copies: whoever keeps one for long copies it.
/// Both nulls of RESP2 (`$-1`, `*-1`) are ``null``. Attributes (`|`) are read and dropped, as the protocol allows.
///
/// Source: <https://redis.io/docs/latest/develop/reference/protocol-spec/>
package enum RESPValue: Sendable, Equatable {
    case null
    case simpleString(ByteBuffer)
    case bulkString(ByteBuffer)
    case verbatimString(RESPVerbatimString)
    /// What the server refused, as `CODE text`; from a simple error or a blob error.
    case error(ByteBuffer)
    case integer(Int64)
    case double(Double)
    case boolean(Bool)
    /// An optional sign and decimal digits.
    case bigNumber(ByteBuffer)
    case array([RESPValue])
    case set([RESPValue])
    case map([RESPMapEntry])
    /// Out-of-band data, never the reply to a command.
    case push([RESPValue])
}

/// One key with its value. A map keeps the server's order, and duplicate keys.
package struct RESPMapEntry: Sendable, Equatable {
    package var key: RESPValue
    package var value: RESPValue

    package init(key: RESPValue, value: RESPValue) {
        self.key = key
        self.value = value
    }
}

extension RESPValue {
    /// The bytes of a simple, bulk or verbatim string; nil for any other kind.
    package var bytes: ByteBuffer? {
        switch self {
        case .simpleString(let bytes), .bulkString(let bytes): bytes
        case .verbatimString(let verbatim): verbatim.text
        default: nil
        }
    }

    /// The first word of an error, such as `WRONGTYPE`; nil when this is no error.
    package var errorCode: String? {
        guard case .error(let text) = self else { return nil }
        return String(decoding: text.readableBytesView.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
    }
}
