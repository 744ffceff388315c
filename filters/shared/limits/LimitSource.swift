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
    /// The first address of a header field that some proxy sets, such as `x-real-ip`.
    case addressInHeader(HeaderName)

    /// Calls `body` with each value that is not empty, in order. A client can send several, of which another filter or the
    /// service may take any.
    func forEachValue(of stream: StreamContext, _ body: (LimitValue) -> Void) {
        switch self {
        case .header(let name):
            stream.request.headers.forEachValue(of: name) { if !$0.isEmpty { body(.text($0)) } }
        case .parameter(let name): forEachParameter(name, of: stream) { body(.text($0)) }
        case .cookie(let name): forEachCookie(name, of: stream.request.headers) { body(.text($0)) }
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

private func forEachParameter(_ name: String, of stream: StreamContext, _ body: (UnsafeRawBufferPointer) -> Void) {
    stream.withPathBytes { target in
        QueryParameter.forEach(in: target) { parameter in
            guard parameter.isNamed(name) else { return }
            parameter.withValue { if !$0.isEmpty { body($0) } }
        }
    }
}

/// Source: RFC 6265, section 4.2.1.
private func forEachCookie(_ name: String, of headers: HeaderFields, _ body: (UnsafeRawBufferPointer) -> Void) {
    headers.forEachValue(of: .cookie) { cookies in
        var start = cookies.startIndex
        while start < cookies.endIndex {
            let end = cookies[start...].firstIndex(of: UInt8(ascii: ";")) ?? cookies.endIndex
            let pair = FieldList.trimmed(cookies[start..<end])
            start = end + 1
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), pair[..<equals].elementsEqual(name.utf8) else {
                continue
            }
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
