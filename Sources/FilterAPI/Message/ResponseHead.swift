/// The head of a final response: status and header fields, whatever HTTP version carried it.
///
/// Source: RFC 9110, section 15.
public struct ResponseHead: Sendable {
    /// The status code, 200 to 599; 101 when the upstream has agreed to another protocol. A filter that leaves another value here makes the gateway answer 502 with its name.
    public var status: Int {
        didSet { if self.status != oldValue { self.reason = nil } }
    }
    /// The header fields.
    public var headers: HeaderFields
    /// The reason phrase as the upstream sent it; `nil` for the standard one.
    package var reason: MessageText?

    /// Makes a head.
    ///
    /// - Parameters:
    ///   - status: The status code.
    ///   - headers: The header fields; default none.
    public init(status: Int, headers: HeaderFields = [:]) {
        self.status = status
        self.headers = headers
        self.reason = nil
    }

    /// Whether a response of this status never carries a body (RFC 9110, section 6.4.1).
    public var isBodiless: Bool { self.status == 204 || self.status == 304 || self.status < 200 }

    /// Forgets the message and keeps the memory of its table.
    package mutating func reset() {
        self.status = 0
        self.headers.reset()
        self.reason = nil
    }
}
