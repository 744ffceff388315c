import FilterAPI
import HTTP1
import NIOCore

/// A whole message, in the form in which two parsers are compared.
struct FuzzMessage: Equatable {
    var start: String
    var fields: [Field]
    var body = ""
    var keepAlive: Bool
    /// Whether the end of the body was seen.
    var isComplete = false
    var trailers: [Field] = []
    /// The body's bytes with their framing; not compared.
    var bodyWire = ""

    static func == (left: FuzzMessage, right: FuzzMessage) -> Bool {
        left.start == right.start && left.fields == right.fields && left.body == right.body
            && left.isComplete == right.isComplete
            && left.trailers == right.trailers && left.keepAlive == right.keepAlive
    }
}

extension FuzzMessage {
    /// Whether the other parser understood the same: a complete message exactly, another as far as it was read here,
    /// and a connection that is kept here is kept there.
    func isUnderstood(as other: FuzzMessage?) -> Bool {
        guard var other else { return false }
        if !self.isComplete {
            guard other.body.hasPrefix(self.body) else { return false }
            other.body = self.body
            other.isComplete = false
            other.trailers = []
        }
        // Trailers that are not allowed are missing here.
        other.trailers.removeAll { !self.trailers.contains($0) }
        if !self.keepAlive { other.keepAlive = false }
        return self == other
    }
}

extension Field {
    /// A field of the other parser, which leaves some of the white space after a value.
    init(untrimmed name: String, _ value: String) {
        let end = value.unicodeScalars.lastIndex { $0 != " " && $0 != "\t" }
        let trimmed = end.map { String(value.unicodeScalars[...$0]) } ?? ""
        self.init(name.lowercased(), trimmed)
    }
}

extension HeaderFields {
    /// The fields as the other parser shows them, with bytes that are not UTF-8 replaced.
    var decodedFields: [Field] { self.map { Field($0.name, $0.value) } }
}

extension FuzzMessage {
    /// Whether trailers speak of framing or connection: they are dropped here, and obeyed or refused by llhttp.
    var hasTrailersThatLLHTTPObeys: Bool {
        let text = self.bodyWire.lowercased()
        return ["content-length", "transfer-encoding", "connection"].contains { text.contains($0) }
    }

    /// Reads as much of the body as the buffer holds.
    ///
    /// - Returns: Whether the body has ended, so that another message may follow.
    mutating func readBody(_ decoder: inout BodyDecoder, _ buffer: inout ByteBuffer) -> Bool {
        let received = buffer.text
        defer { self.bodyWire.unicodeScalars += received.unicodeScalars.dropLast(buffer.readableBytes) }
        while true {
            switch decoder.next(&buffer) {
            case .needMore, .failed: return false
            case .data(let piece): self.body += piece.text
            case .end(let trailers):
                self.isComplete = true
                self.trailers = trailers?.decodedFields ?? []
                return true
            }
        }
    }
}
