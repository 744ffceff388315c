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
