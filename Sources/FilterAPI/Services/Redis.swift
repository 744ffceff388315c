public import NIOCore

/// A Redis server as one filter uses it.
public struct RedisTarget: Sendable, Hashable {
    /// The service.
    public var service: ServiceReference
    /// The ACL user; `nil` for the default user.
    public var username: String?
    /// The password; `nil` for none.
    public var password: Secret?
    /// The database that is selected; default 0.
    public var database: Int
    /// How long a command may take, connecting included; default 10 s.
    public var timeout: Duration

    /// Makes a target.
    public init(
        service: ServiceReference,
        username: String? = nil,
        password: Secret? = nil,
        database: Int = 0,
        timeout: Duration = .seconds(10)
    ) {
        self.service = service
        self.username = username
        self.password = password
        self.database = database
        self.timeout = timeout
    }
}

/// A reply of a Redis server.
///
/// Source: the RESP protocol specification, versions 2 and 3.
public enum RedisValue: Sendable, Hashable {
    /// Nothing there.
    case null
    /// A simple, bulk or verbatim string.
    case string(ByteBuffer)
    /// A whole number.
    case integer(Int)
    /// A number.
    case double(Double)
    /// Yes or no.
    case bool(Bool)
    /// An array or a set.
    case array([RedisValue])
    /// A map, in the server's order.
    case map([[RedisValue]])

    /// The text of a string reply; bytes that are not UTF-8 become U+FFFD.
    public var text: String? {
        guard case .string(let buffer) = self else { return nil }
        return String(buffer: buffer)
    }
}
