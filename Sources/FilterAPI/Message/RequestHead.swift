package import NIOCore

/// The head of a request: method, target and header fields, whatever HTTP version carried it.
///
/// Source: RFC 9110, section 6.
public struct RequestHead: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// Whether the client's connection is secured, as `http` or `https`.
    public var scheme: Scheme
    /// The header fields. `Host` is among them and equals ``authority``.
    public var headers: HeaderFields
    /// The target's path and query in the normalised form that every part of the gateway uses.
    package var target: MessageText {
        didSet { self.targetRevision &+= 1 }
    }
    /// The name of the target host, with the port if the client sent one.
    package var host: MessageText {
        didSet { self.targetRevision &+= 1 }
    }
    /// The client's address as the listener and trusted proxies tell it, or the peer's where they tell none; `nil` for a
    /// request of the gateway's own. No field can change it.
    package var clientAddress: String?
    /// Counts the changes of target and host.
    package private(set) var targetRevision: UInt32 = 0

    /// The scheme of a request's target.
    public enum Scheme: String, Sendable {
        /// Clear text.
        case http
        /// Over TLS.
        case https
    }

    /// Makes a head.
    ///
    /// - Parameters:
    ///   - method: The method; default `GET`.
    ///   - scheme: The scheme; default `http`.
    ///   - authority: The host, with a port if it is not the scheme's; default none.
    ///   - path: Path and query; default `/`.
    ///   - headers: The header fields; default none.
    public init(
        method: HTTPMethod = .get,
        scheme: Scheme = .http,
        authority: String = "",
        path: String = "/",
        headers: HeaderFields = [:]
    ) {
        self.method = method
        self.scheme = scheme
        self.headers = headers
        self.target = MessageText(path)
        self.host = MessageText("")
        if !authority.isEmpty { self.authority = authority }
    }

    /// Path and query, beginning with `/` (or `*` for `OPTIONS *`); a path that is set must be normalised already.
    ///
    /// Changing it makes the gateway select the route anew, unless a filter has pinned it.
    public var path: String {
        get { self.target.string(in: self.headers.wire) }
        set {
            let cleaned = newValue.utf8.contains { $0 <= 0x20 || $0 == 0x7F }
            self.target = MessageText(cleaned ? newValue.filter { $0 > " " && $0 != "\u{7F}" } : newValue)
        }
    }

    /// Calls `body` with the bytes of ``path``, without a copy for a path that nobody changed.
    ///
    /// - Parameter body: Receives the bytes; they are valid only during the call.
    public func withPathBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try self.target.withBytes(in: self.headers.wire, body)
    }

    /// The path without the query.
    public var pathWithoutQuery: Substring {
        let path = self.path
        // By bytes: a mark that is followed by a combining character is no character of its own.
        return path[..<(path.utf8.firstIndex(of: UInt8(ascii: "?")) ?? path.endIndex)]
    }

    /// The query without its `?`, or `nil` when there is none.
    public var query: Substring? {
        let path = self.path
        guard let mark = path.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        return path[path.utf8.index(after: mark)...]
    }

    /// The target host as the client sent it, with the port if it did; empty for an HTTP/1.0 request without `Host`.
    ///
    /// Setting it sets the `Host` field too, and makes the gateway select the route anew, unless a filter has pinned it.
    public var authority: String {
        get { self.host.string(in: self.headers.wire) }
        set {
            self.headers.set(.host, newValue)
            self.host = MessageText(self.headers[.host] ?? "")
        }
    }

    /// Forgets the message and keeps the memory of its table.
    package mutating func reset() {
        self.method = .get
        self.scheme = .http
        self.clientAddress = nil
        self.headers.reset()
        self.target = MessageText("/")
        self.host = MessageText("")
    }
}

/// A text of a message: a range of the received bytes until somebody changes it.
package enum MessageText: Sendable {
    /// `length` bytes from `start`, counted from the reader index of the received buffer.
    case received(start: UInt32, length: UInt32)
    /// Text made here.
    case text(String)

    package init(_ string: String) { self = .text(string) }

    package func string(in wire: ByteBuffer) -> String {
        switch self {
        case .text(let string): string
        case .received(let start, let length):
            wire.getString(at: wire.readerIndex + Int(start), length: Int(length)) ?? ""
        }
    }

    /// Calls `body` with the text's bytes, without a copy for received text.
    package func withBytes<Result>(
        in wire: ByteBuffer,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        switch self {
        case .text(var string):
            return try string.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
        case .received(let start, let length):
            // A filter may have put another table in the place of the received one.
            return try wire.withUnsafeReadableBytes { bytes in
                let end = Int(start) + Int(length)
                guard end <= bytes.count else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
                return try body(UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<end]))
            }
        }
    }
}
