import FilterAPI
import NIOCore

/// Where in a request the value stands that it is counted by.
enum LimitSource: Sendable {
    case header(HeaderName)
    case parameter(String)
    case cookie(String)
    /// Who was authenticated.
    case consumer
    /// The address at the other end of the connection.
    case peerAddress
    /// The first address of a header field, such as `x-forwarded-for`.
    case addressInHeader(HeaderName)

    /// Calls `body` with the value's bytes; not at all for a request without one, or with an empty one.
    ///
    /// Addresses are given as their 4 or 16 bytes, so that each has one form.
    func withValue(of stream: StreamContext, _ body: (UnsafeRawBufferPointer) -> Void) {
        switch self {
        case .header(let name): stream.request.headers.withValueBytes(of: name) { if !$0.isEmpty { body($0) } }
        case .parameter(let name): withParameter(name, of: stream, body)
        case .cookie(let name): withCookie(name, of: stream.request.headers, body)
        case .consumer: withConsumer(of: stream, body)
        case .peerAddress, .addressInHeader: self.address(of: stream)?.bytes.withUnsafeBytes(body)
        }
    }

    /// The address, for the sources that are addresses.
    func address(of stream: StreamContext) -> IPAddress? {
        switch self {
        case .peerAddress:
            return (stream.remoteAddress?.ipAddress).flatMap { IPAddress($0) }?.unmapped
        case .addressInHeader(let name):
            guard let first = stream.request.headers[name]?.split(separator: ",").first else { return nil }
            return parsedAddress(withoutBlanks(first))?.unmapped
        default: return nil
        }
    }
}

private func withParameter(_ name: String, of stream: StreamContext, _ body: (UnsafeRawBufferPointer) -> Void) {
    var isFound = false
    stream.withPathBytes { target in
        QueryParameter.forEach(in: target) { parameter in
            guard !isFound, parameter.isNamed(name) else { return }
            isFound = true
            parameter.withValue { if !$0.isEmpty { body($0) } }
        }
    }
}

/// Source: RFC 6265, section 4.2.1.
private func withCookie(_ name: String, of headers: HeaderFields, _ body: (UnsafeRawBufferPointer) -> Void) {
    var isFound = false
    headers.forEachValue(of: .cookie) { cookies in
        var start = cookies.startIndex
        while start < cookies.endIndex, !isFound {
            let end = cookies[start...].firstIndex(of: UInt8(ascii: ";")) ?? cookies.endIndex
            let pair = FieldList.trimmed(cookies[start..<end])
            start = end + 1
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), pair[..<equals].elementsEqual(name.utf8) else {
                continue
            }
            isFound = true
            let value = UnsafeRawBufferPointer(rebasing: pair[(equals + 1)...])
            if !value.isEmpty { body(value) }
        }
    }
}

private func withConsumer(of stream: StreamContext, _ body: (UnsafeRawBufferPointer) -> Void) {
    if var consumer = stream.consumer, !consumer.isEmpty {
        consumer.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    } else {
        stream.request.headers.withValueBytes(of: .xMseConsumer) { if !$0.isEmpty { body($0) } }
    }
}

/// An address that may have a port behind it: `1.2.3.4`, `1.2.3.4:80`, `2001:db8::1`, `[2001:db8::1]:80`.
private func parsedAddress(_ text: String) -> IPAddress? {
    if let address = IPAddress(text) { return address }
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
        return IPAddress(text[text.index(after: text.startIndex)..<end])
    }
    guard let colon = text.firstIndex(of: ":") else { return nil }
    return IPAddress(text[..<colon])
}
