/// One `name=value` pair of a request's query, percent-decoded when somebody asks.
///
/// A `+` stays one: clients do not agree on whether it is a space.
///
/// Source: RFC 3986, sections 2.1 and 3.4.
public struct QueryParameter {
    /// The bytes of the name as they were sent; valid only where the parameter was given.
    public let rawName: UnsafeRawBufferPointer
    /// The bytes of the value as they were sent; empty when there is no `=`.
    public let rawValue: UnsafeRawBufferPointer
}

extension QueryParameter {
    /// Calls `body` with each parameter of the query in order; makes no text.
    ///
    /// - Parameters:
    ///   - target: Path and query.
    ///   - body: Receives the parameters; they are valid only during the call.
    public static func forEach(in target: UnsafeRawBufferPointer, _ body: (QueryParameter) -> Void) {
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return }
        self.forEach(inQuery: UnsafeRawBufferPointer(rebasing: target[(mark + 1)...]), body)
    }

    /// Calls `body` with each parameter of a query without its `?`, or of a form in the same notation; makes no text.
    ///
    /// - Parameters:
    ///   - query: The parameters.
    ///   - body: Receives them in order; they are valid only during the call.
    public static func forEach(inQuery query: UnsafeRawBufferPointer, _ body: (QueryParameter) -> Void) {
        var start = 0
        while start < query.count {
            var end = start
            var equals: Int?
            while end < query.count, query[end] != UInt8(ascii: "&") {
                if equals == nil, query[end] == UInt8(ascii: "=") { equals = end }
                end += 1
            }
            let nameEnd = equals ?? end
            body(
                QueryParameter(
                    rawName: UnsafeRawBufferPointer(rebasing: query[start..<nameEnd]),
                    rawValue: UnsafeRawBufferPointer(rebasing: query[min(end, nameEnd + 1)..<end])
                )
            )
            start = end + 1
        }
    }

    /// Whether the decoded name is this text, compared with case.
    public func isNamed(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { wanted in
            guard self.rawName.contains(UInt8(ascii: "%")) else { return self.rawName.elementsEqual(wanted) }
            return percentDecoded(self.rawName).elementsEqual(wanted)
        }
    }

    /// Calls `body` with the bytes of the decoded name, without a copy when there is nothing to decode.
    public func withName<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withDecoded(self.rawName, body)
    }

    /// Calls `body` with the bytes of the decoded value, without a copy when there is nothing to decode.
    public func withValue<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withDecoded(self.rawValue, body)
    }
}

private func withDecoded<Result>(
    _ bytes: UnsafeRawBufferPointer,
    _ body: (UnsafeRawBufferPointer) throws -> Result
) rethrows -> Result {
    guard bytes.contains(UInt8(ascii: "%")) else { return try body(bytes) }
    return try percentDecoded(bytes).withUnsafeBytes(body)
}

/// The bytes with each escape replaced by the byte that it stands for; what is no escape stays.
private func percentDecoded(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
        if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = hexDigit(bytes[index + 1]),
            let low = hexDigit(bytes[index + 2])
        {
            decoded.append(high << 4 | low)
            index += 3
        } else {
            decoded.append(bytes[index])
            index += 1
        }
    }
    return decoded
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
