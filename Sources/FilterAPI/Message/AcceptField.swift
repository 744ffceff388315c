/// Reads what a client says in `Accept` that it takes.
///
/// Of the ranges that a media type falls into the most specific one counts, and a weight of 0 refuses it. Parameters of
/// a range besides its weight are passed over.
///
/// Source: RFC 9110, section 12.5.1.
package enum AcceptField {
    /// Whether `field` admits a media type, given in lower case; a field without a range for it does not.
    package static func accepts(_ type: String, in field: String) -> Bool {
        let kind = type.prefix { $0 != "/" }
        let ranges = [type, "\(kind)/*", "*/*"]
        // By range, the most specific first; nil where the field does not have it.
        var accepted: [Bool?] = [nil, nil, nil]
        for item in self.parts(of: Substring(field.lowercased()), between: UInt8(ascii: ",")) {
            let parts = self.parts(of: item, between: UInt8(ascii: ";"))
            guard let name = parts.first, let rank = ranges.firstIndex(of: String(name)) else { continue }
            let isRefused = parts.dropFirst().contains { self.isZeroWeight($0) }
            accepted[rank] = accepted[rank] == true || !isRefused
        }
        return accepted.compactMap { $0 }.first ?? false
    }

    private static func isZeroWeight(_ parameter: Substring) -> Bool {
        guard parameter.hasPrefix("q=") else { return false }
        let weight = parameter.dropFirst(2)
        return !weight.isEmpty && weight.allSatisfy { $0 == "0" || $0 == "." }
    }

    /// The parts between separators that stand outside quoted strings, without white space around them.
    private static func parts(of text: Substring, between separator: UInt8) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in text.utf8.indices {
            let byte = text.utf8[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == separator, !isQuoted {
                parts.append(self.trimmed(text[start..<index]))
                start = text.utf8.index(after: index)
            }
        }
        parts.append(self.trimmed(text[start...]))
        return parts
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}

extension RequestHead {
    /// Whether the client takes JSON: it says so, or does not say what it takes.
    package var acceptsJSON: Bool {
        guard let accept = self.headers.combinedValue(of: .accept) else { return true }
        return AcceptField.accepts("application/json", in: accept)
    }
}
