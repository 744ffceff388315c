package import FilterAPI
package import NIOCore

/// An answer that the configuration spells out.
package struct DirectResponse: Sendable {
    /// The status code, 200 to 599.
    package let status: Int
    /// The header fields.
    package let headers: HeaderFields
    /// The body.
    package let body: ByteBuffer

    package init(status: Int, headers: HeaderFields = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
