import Testing

/// A request that the gateway must refuse, and how.
struct HostileRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let status: Int

    init(_ name: String, _ text: String, status: Int = 400) {
        self.init(name, Array(text.utf8), status: status)
    }

    init(_ name: String, _ bytes: [UInt8], status: Int = 400) {
        self.name = name
        self.bytes = bytes
        self.status = status
    }

    /// A request whose head is fine but for this field.
    init(_ name: String, field: String, status: Int = 400) {
        self.init(name, "POST / HTTP/1.1\r\nHost: h\r\n\(field)\r\n\r\n", status: status)
    }

    /// A request whose head is fine but for its target.
    init(_ name: String, target: String) {
        self.init(name, "GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n")
    }

    /// A request whose head is fine but whose chunks are not.
    init(_ name: String, chunks: String) {
        self.init(name, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)")
    }

    var testDescription: String { self.name }
}

extension HostileRequest {
    /// What must not be taken for a request, behind one that is refused.
    static let smuggled = Array("GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
}
