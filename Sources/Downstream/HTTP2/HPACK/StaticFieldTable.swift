import FilterAPI
import NIOCore

/// The fields that every header section can name by a number.
///
/// Source: RFC 7541, appendix A.
struct StaticFieldTable: Sendable {
    static let shared = StaticFieldTable()
    /// The numbers are 1 up to this.
    static let count = fields.count

    let bytes: ByteBuffer
    /// At a number less one its field.
    let places: [FieldSection.Field]
    /// For every interned name the first number of a field of that name; 0 for names that are not here.
    let numbers: [UInt8]

    private init() {
        var bytes = ByteBuffer()
        self.places = StaticFieldTable.fields.map { name, value in
            let start = bytes.readableBytes
            return FieldSection.Field(
                nameStart: start,
                nameLength: bytes.writeString(name),
                valueLength: bytes.writeString(value)
            )
        }
        self.bytes = bytes
        var numbers = [UInt8](repeating: 0, count: 256)
        for (id, known) in HeaderName.known.enumerated() where id > 0 {
            guard let index = StaticFieldTable.fields.firstIndex(where: { $0.name == known }) else { continue }
            numbers[id] = UInt8(truncatingIfNeeded: index + 1)
        }
        self.numbers = numbers
    }
}

extension StaticFieldTable {
    private static let fields: [(name: String, value: String)] = [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
        ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""),
        ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""),
        ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""),
        ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""),
        ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""),
        ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""),
        ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ]
}
