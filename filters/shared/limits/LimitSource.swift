import FilterAPI
import NIOCore

/// Where in a request the value stands that it is counted by.
enum LimitSource: Sendable {
    case header(HeaderName)
    case parameter(String)
    case cookie(String)
    /// Who was authenticated.
    case consumer
    /// The client's address as the listener knows it.
    case clientAddress
    /// The first address of a header field, such as `x-forwarded-for`.
    case addressInHeader(HeaderName)

    /// Calls `body` with the value; not at all for a request without one, or with an empty one.
    func withValue(of stream: StreamContext, _ body: (LimitValue) -> Void) {
        switch self {
        case .header(let name):
            stream.request.headers.withValueBytes(of: name) { if !$0.isEmpty { body(.text($0)) } }
        case .parameter(let name): withParameter(name, of: stream) { body(.text($0)) }
        case .cookie(let name): withCookie(name, of: stream.request.headers) { body(.text($0)) }
        case .consumer: withConsumer(of: stream) { body(.text($0)) }
        case .clientAddress:
            // Clients that a proxy does not name are counted as that proxy, rather than not at all.
            let text = stream.clientAddress ?? stream.remoteAddress?.ipAddress
            if let address = text.flatMap({ AddressBits($0[...]) }) { body(.address(address)) }
        case .addressInHeader(let name):
            if let address = stream.request.headers[name].flatMap({ ForwardedAddress.read($0) }) {
                body(.address(address))
            }
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
