package import FilterAPI
package import NIOCore

/// The framing that a written head announces; there is never more than one.
package enum HeadFraming: Sendable, Hashable {
    /// The received `Content-Length`, when there is one, goes on as it came: only while nobody can have changed the body.
    case unchanged
    /// `content-length` with this value.
    case length(Int)
    /// `transfer-encoding: chunked`; not for a peer that speaks HTTP/1.0.
    case chunked
    /// Neither: there is no body, or it ends with the connection.
    case none
}

/// What a written head says of its connection.
package enum ConnectionDirective: Sendable, Hashable {
    /// Nothing: the connection persists, as is the default of HTTP/1.1.
    case none
    /// `connection: close`.
    case close
    /// `connection: keep-alive`, for a client that speaks HTTP/1.0.
    case keepAlive
    /// `connection: upgrade` with this protocol.
    case upgrade(String)
}

/// Writes heads in one pass: untouched lines that were received one after the other are copied as one piece.
///
/// Whatever the table says, a written head has one framing, and fields of the connection come from here alone.
package enum HeadWriter {
    /// Appends a request's head.
    ///
    /// A request without `Host` (HTTP/1.0) gets one with its authority, perhaps empty, as HTTP/1.1 demands.
    package static func writeRequest(
        _ head: RequestHead,
        framing: HeadFraming,
        connection: ConnectionDirective = .none,
        into buffer: inout ByteBuffer
    ) {
        let method = head.method
        let size =
            HeadWriter.length(of: head.target) + HeadWriter.length(of: head.host)
            + (method.id == 0 ? method.rawValue.utf8.count : 0) + head.headers.writtenSize
            + HeadWriter.reserve(connection)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { memory in
            head.headers.withLineSources { sources in
                var cursor = HeadCursor(memory)
                HeadWriter.write(method, &cursor)
                cursor.write(head.target, in: sources.wire)
                cursor.write(" HTTP/1.1\r\n")
                if !head.headers.writeLines(framing, sources, &cursor) {
                    cursor.write("host: ")
                    cursor.write(head.host, in: sources.wire)
                    cursor.write("\r\n")
                }
                HeadWriter.finish(framing, connection, &cursor)
                return cursor.count
            }
        }
    }

    /// Appends a response's head, final or informational, with the received reason phrase or the standard one.
    ///
    /// The status line says HTTP/1.1 to clients of every version (RFC 9110, section 2.5).
    package static func writeResponse(
        _ head: ResponseHead,
        framing: HeadFraming,
        connection: ConnectionDirective = .none,
        into buffer: inout ByteBuffer
    ) {
        let reason = head.reason.map { HeadWriter.length(of: $0) } ?? 0
        let size = reason + head.headers.writtenSize + HeadWriter.reserve(connection)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { memory in
            head.headers.withLineSources { sources in
                var cursor = HeadCursor(memory)
                cursor.write("HTTP/1.1 ")
                cursor.writeStatus(head.status)
                if let reason = head.reason {
                    cursor.write(reason, in: sources.wire)
                } else {
                    cursor.write(ReasonPhrase.standard(head.status))
                }
                cursor.write("\r\n")
                _ = head.headers.writeLines(framing, sources, &cursor)
                HeadWriter.finish(framing, connection, &cursor)
                return cursor.count
            }
        }
    }

    @inline(__always)
    private static func write(_ method: HTTPMethod, _ cursor: inout HeadCursor) {
        switch method.id {
        case 1: cursor.write("GET ")
        case 3: cursor.write("POST ")
        default:
            cursor.write(method.rawValue)
            cursor.write(" ")
        }
    }

    @inline(__always)
    private static func finish(
        _ framing: HeadFraming,
        _ connection: ConnectionDirective,
        _ cursor: inout HeadCursor
    ) {
        switch framing {
        case .unchanged, .none: break
        case .chunked: cursor.write("transfer-encoding: chunked\r\n")
        case .length(let length):
            cursor.write("content-length: ")
            cursor.writeDecimal(length)
            cursor.write("\r\n")
        }
        switch connection {
        case .none: break
        case .close: cursor.write("connection: close\r\n")
        case .keepAlive: cursor.write("connection: keep-alive\r\n")
        case .upgrade(let name):
            cursor.write("connection: upgrade\r\nupgrade: ")
            for byte in name.utf8 where byte >= 0x20 && byte < 0x7F { cursor.write(byte) }
            cursor.write("\r\n")
        }
        cursor.write("\r\n")
    }

    @inline(__always)
    private static func length(of text: MessageText) -> Int {
        switch text {
        case .received(_, let length): Int(length)
        case .text(let string): string.utf8.count
        }
    }

    /// Enough for everything that is written here but the texts whose length is not fixed.
    @inline(__always)
    private static func reserve(_ connection: ConnectionDirective) -> Int {
        if case .upgrade(let name) = connection { 192 + name.utf8.count } else { 192 }
    }
}
