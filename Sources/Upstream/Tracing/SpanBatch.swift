package import NIOCore

/// Spans as one export request, written as they come: a pure value.
///
/// A span is text as soon as it has ended, so that no export takes an event loop's time for many at once.
///
/// Source: OpenTelemetry Protocol 1.x, `ExportTraceServiceRequest` in its JSON encoding: ids in hexadecimal digits, times and
/// whole numbers as strings.
package struct SpanBatch: Sendable {
    /// How many spans there are.
    package private(set) var count = 0
    private var bytes = ByteBuffer()
    private let serviceName: String

    /// - Parameter serviceName: What the gateway is called.
    package init(serviceName: String) { self.serviceName = serviceName }

    /// The JSON text.
    package var body: ByteBuffer {
        var body = self.bytes
        body.writeStaticString("]}]}]}")
        return body
    }

    /// Adds a span that has ended.
    package mutating func append(_ span: Span) {
        if self.count == 0 { self.begin() } else { self.bytes.writeInteger(UInt8(ascii: ",")) }
        self.count += 1
        self.bytes.writeString(
            #"{"traceId":"\#(span.context.traceID)","spanId":"\#(hexadecimal(span.context.spanID))""#
        )
        if let parent = span.parentID { self.bytes.writeString(#","parentSpanId":"\#(hexadecimal(parent))""#) }
        self.bytes.writeStaticString(#","name":"#)
        self.bytes.writeJSON(span.name)
        self.bytes.writeString(
            #","kind":\#(span.kind.rawValue),"startTimeUnixNano":"\#(span.start)","endTimeUnixNano":"\#(span.end)""#
        )
        if !span.attributes.isEmpty { self.write(span.attributes) }
        if let failure = span.failure {
            self.bytes.writeStaticString(#","status":{"code":2,"message":"#)
            self.bytes.writeJSON(failure)
            self.bytes.writeStaticString("}")
        }
        self.bytes.writeStaticString("}")
    }

    private mutating func begin() {
        self.bytes.writeStaticString(#"{"resourceSpans":[{"resource":{"attributes":["#)
        self.write("service.name", .string(self.serviceName))
        self.bytes.writeStaticString(#"]},"scopeSpans":[{"scope":{"name":"sluice"},"spans":["#)
    }

    private mutating func write(_ attributes: [(key: String, value: Span.Value)]) {
        self.bytes.writeStaticString(#","attributes":["#)
        for (index, attribute) in attributes.enumerated() {
            if index > 0 { self.bytes.writeInteger(UInt8(ascii: ",")) }
            self.write(attribute.key, attribute.value)
        }
        self.bytes.writeStaticString("]")
    }

    private mutating func write(_ key: String, _ value: Span.Value) {
        self.bytes.writeStaticString(#"{"key":"#)
        self.bytes.writeJSON(key)
        switch value {
        case .string(let text):
            self.bytes.writeStaticString(#","value":{"stringValue":"#)
            self.bytes.writeJSON(text)
            self.bytes.writeStaticString("}}")
        case .integer(let number): self.bytes.writeString(#","value":{"intValue":"\#(number)"}}"#)
        case .bool(let truth): self.bytes.writeString(#","value":{"boolValue":\#(truth)}}"#)
        }
    }
}

extension ByteBuffer {
    /// Text as a JSON string (RFC 8259, section 7).
    fileprivate mutating func writeJSON(_ text: String) {
        self.writeInteger(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
            self.writeString(text)
        } else {
            for byte in text.utf8 { self.writeEscaped(byte) }
        }
        self.writeInteger(UInt8(ascii: "\""))
    }

    private mutating func writeEscaped(_ byte: UInt8) {
        switch byte {
        case 0x22, 0x5C:
            self.writeInteger(UInt8(ascii: "\\"))
            self.writeInteger(byte)
        case 0..<0x10: self.writeString("\\u000\(String(byte, radix: 16))")
        case 0x10..<0x20: self.writeString("\\u00\(String(byte, radix: 16))")
        default: self.writeInteger(byte)
        }
    }
}
