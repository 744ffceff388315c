import NIOCore

/// A client's first message, as far as it has come: it is looked at for the name of the host, which decides about the
/// certificate, before TLS itself gets it.
///
/// Only what leads to the name is read; whether the message is right is for TLS to say. It may be spread over records.
///
/// Source: RFC 8446, sections 4.1.2, 4.2 and 5.1; RFC 6066, section 3.
struct ClientHello {
    enum Progress: Equatable {
        case needMore
        /// The host that the client names, as it wrote it; `nil` when it names none, or when this is no such message.
        case name(String?)
    }

    /// The longest message that is waited for; TLS takes none that is longer.
    private static let messageLimit = 16 << 10
    /// The longest record (RFC 8446, section 5.1; RFC 5246, section 6.2.3).
    private static let recordLimit = (16 << 10) + 2048
    private static let handshakeRecord: UInt8 = 22
    private static let clientHello: UInt8 = 1

    /// Everything that has come.
    private(set) var received = ByteBuffer()
    /// The content of the complete records.
    private var message = ByteBuffer()
    /// How many received bytes those records are.
    private var consumed = 0

    /// Takes what comes next.
    mutating func receive(_ bytes: ByteBuffer) -> Progress {
        self.received.writeImmutableBuffer(bytes)
        while true {
            if let progress = self.readMessage() { return progress }
            var rest = self.received
            rest.moveReaderIndex(forwardBy: self.consumed)
            guard let type = rest.readInteger(as: UInt8.self) else { return .needMore }
            // What begins otherwise is no TLS, and TLS gets it to refuse.
            guard type == ClientHello.handshakeRecord else { return .name(nil) }
            guard rest.readSlice(length: 2) != nil, let length = rest.readInteger(as: UInt16.self) else {
                return .needMore
            }
            guard length > 0, length <= ClientHello.recordLimit else { return .name(nil) }
            guard let content = rest.readSlice(length: Int(length)) else { return .needMore }
            self.message.writeImmutableBuffer(content)
            self.consumed += 5 + Int(length)
        }
    }

    /// The outcome once the message is complete or cannot become right.
    private func readMessage() -> Progress? {
        guard let head = self.message.getInteger(at: self.message.readerIndex, as: UInt32.self) else { return nil }
        let length = Int(head & 0xFF_FFFF)
        guard head >> 24 == ClientHello.clientHello, length <= ClientHello.messageLimit else { return .name(nil) }
        guard var body = self.message.getSlice(at: self.message.readerIndex + 4, length: length) else { return nil }
        return .name(ClientHello.serverName(&body))
    }

    private static func serverName(_ body: inout ByteBuffer) -> String? {
        // Version and random, session, cipher suites, compression methods.
        guard body.readSlice(length: 34) != nil, body.readLengthPrefixedSlice(as: UInt8.self) != nil,
            body.readLengthPrefixedSlice(as: UInt16.self) != nil, body.readLengthPrefixedSlice(as: UInt8.self) != nil,
            var extensions = body.readLengthPrefixedSlice(as: UInt16.self)
        else { return nil }
        while let type = extensions.readInteger(as: UInt16.self) {
            guard var content = extensions.readLengthPrefixedSlice(as: UInt16.self) else { return nil }
            if type == 0 { return self.hostName(&content) }
        }
        return nil
    }

    private static func hostName(_ content: inout ByteBuffer) -> String? {
        guard var names = content.readLengthPrefixedSlice(as: UInt16.self) else { return nil }
        while let type = names.readInteger(as: UInt8.self) {
            guard let name = names.readLengthPrefixedSlice(as: UInt16.self) else { return nil }
            if type == 0 { return String(buffer: name) }
        }
        return nil
    }
}
