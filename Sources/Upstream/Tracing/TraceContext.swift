package import FilterAPI

/// Which trace and which span something belongs to, as it is told from process to process.
///
/// Source: W3C Trace Context, section 3.2.
package struct TraceContext: Sendable, Hashable {
    /// Of the whole trace; never all zero.
    package var traceID: TraceID
    /// Of the span that is the parent of what follows; never zero.
    package var spanID: UInt64
    /// Whether spans are recorded.
    package var isSampled: Bool

    package init(traceID: TraceID, spanID: UInt64, isSampled: Bool) {
        self.traceID = traceID
        self.spanID = spanID
        self.isSampled = isSampled
    }

    /// Reads a `traceparent`; `nil` when it is not valid. Of a later version it takes the part that version 0 knows.
    package init?(traceparent value: UnsafeRawBufferPointer) {
        let dash = UInt8(ascii: "-")
        guard value.count >= 55, value[2] == dash, value[35] == dash, value[52] == dash else { return nil }
        guard let version = hexadecimal(value[0..<2]), version != 0xFF else { return nil }
        guard version == 0 ? value.count == 55 : value.count == 55 || value[55] == dash else { return nil }
        guard let high = hexadecimal(value[3..<19]), let low = hexadecimal(value[19..<35]), high | low != 0,
            let span = hexadecimal(value[36..<52]), span != 0, let flags = hexadecimal(value[53..<55])
        else { return nil }
        self.init(traceID: TraceID(high: high, low: low), spanID: span, isSampled: flags & 1 == 1)
    }

    /// As a `traceparent` of version 0.
    package var traceparent: String {
        "00-\(self.traceID)-\(hexadecimal(self.spanID))-\(self.isSampled ? "01" : "00")"
    }
}

/// The number of a trace: 128 bits.
package struct TraceID: Sendable, Hashable, CustomStringConvertible {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// 32 hexadecimal digits.
    package var description: String { hexadecimal(self.high) + hexadecimal(self.low) }
}

extension RequestHead {
    /// What the request says it belongs to; `nil` when it says nothing valid, or more than one thing.
    package var traceContext: TraceContext? {
        var count = 0
        var context: TraceContext?
        self.headers.forEachValue(of: .traceparent) { value in
            count += 1
            context = TraceContext(traceparent: value)
        }
        return count == 1 ? context : nil
    }
}

/// 16 lower-case digits.
func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

/// The number that up to 16 lower-case digits say; `nil` for anything else.
private func hexadecimal(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt64? {
    var number: UInt64 = 0
    for byte in digits {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
        default: return nil
        }
    }
    return number
}
