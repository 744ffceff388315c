/// The HTTP versions that a listener speaks.
package struct ListenerProtocols: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// HTTP/1.0 and HTTP/1.1.
    package static let http1 = ListenerProtocols(rawValue: 1)
    /// HTTP/2.
    package static let http2 = ListenerProtocols(rawValue: 2)
    /// All of them.
    package static let all: ListenerProtocols = [.http1, .http2]

    /// Their names in TLS (RFC 7301, section 6), the best one first.
    var applicationProtocols: [String] {
        (self.contains(.http2) ? ["h2"] : []) + (self.contains(.http1) ? ["http/1.1"] : [])
    }

    /// What is spoken on a connection in clear text.
    var inClearText: ClientProtocol {
        if self == .all { return .detect }
        return self.contains(.http2) ? .http2 : .http1
    }

    /// What is spoken on a connection for which TLS agreed on `name`, or on nothing.
    func agreed(_ name: String?) -> ClientProtocol {
        switch name {
        case "h2": .http2
        case "http/1.1": .http1
        default: self.contains(.http1) ? .http1 : .http2
        }
    }
}
