import FilterAPI

/// The formats of texts that are checked: `format`.
///
/// Source: JSON Schema Validation draft-07, section 7.3. Other formats say what a text means and are not checked.
enum SchemaFormat: String, Sendable, CaseIterable {
    case dateTime = "date-time"
    case date, time, email, hostname, ipv4, ipv6, uri, uuid, regex
    case uriReference = "uri-reference"
    case jsonPointer = "json-pointer"

    /// Whether a text has the format.
    func takes(_ text: String) -> Bool {
        switch self {
        case .dateTime: SchemaFormat.isDateTime(text)
        case .date: SchemaFormat.isDate(text[...])
        case .time: SchemaFormat.isTime(text[...])
        case .email: SchemaFormat.isEmail(text)
        case .hostname: SchemaFormat.isHostname(text)
        case .ipv4: text.contains(".") && !text.contains(":") && IPAddress(text) != nil
        case .ipv6: text.contains(":") && !text.contains("%") && IPAddress(text) != nil
        case .uri: SchemaFormat.isURI(text) && SchemaFormat.hasScheme(text)
        case .uriReference: SchemaFormat.isURI(text)
        case .uuid: SchemaFormat.isUUID(text)
        case .regex: (try? Pattern(text)) != nil
        case .jsonPointer: SchemaFormat.isPointer(text)
        }
    }
}

// MARK: - Dates and times

extension SchemaFormat {
    /// RFC 3339, section 5.6.
    private static func isDateTime(_ text: String) -> Bool {
        guard let mark = text.firstIndex(where: { $0 == "T" || $0 == "t" || $0 == " " }) else { return false }
        return self.isDate(text[..<mark]) && self.isTime(text[text.index(after: mark)...])
    }

    private static func isDate(_ text: Substring) -> Bool {
        guard let parts = self.numbers(text, separator: "-", lengths: [4, 2, 2]), (1...12).contains(parts[1]) else {
            return false
        }
        let isLeap = parts[0] % 4 == 0 && (parts[0] % 100 != 0 || parts[0] % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[parts[1] - 1]).contains(parts[2])
    }

    private static func isTime(_ text: Substring) -> Bool {
        guard let zone = text.firstIndex(where: { "Zz+-".contains($0) }) else { return false }
        var clock = text[..<zone]
        if let point = clock.firstIndex(of: ".") {
            let fraction = clock[clock.index(after: point)...]
            guard !fraction.isEmpty, fraction.utf8.allSatisfy({ $0 &- 0x30 <= 9 }) else { return false }
            clock = clock[..<point]
        }
        guard let parts = self.numbers(clock, separator: ":", lengths: [2, 2, 2]), parts[0] < 24, parts[1] < 60,
            parts[2] <= 60
        else { return false }
        if text[zone] == "Z" || text[zone] == "z" { return text.index(after: zone) == text.endIndex }
        guard let offset = self.numbers(text[text.index(after: zone)...], separator: ":", lengths: [2, 2]) else {
            return false
        }
        return offset[0] < 24 && offset[1] < 60
    }

    private static func numbers(_ text: Substring, separator: Character, lengths: [Int]) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.map({ $0.utf8.count }) == lengths, parts.allSatisfy({ $0.utf8.allSatisfy { $0 &- 0x30 <= 9 } })
        else { return nil }
        return parts.compactMap { Int($0) }
    }
}

// MARK: - Names and addresses

extension SchemaFormat {
    private static func isEmail(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@"), at != text.startIndex else { return false }
        let local = text[..<at]
        return local.utf8.count <= 64 && local.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x40 }
            && self.isHostname(String(text[text.index(after: at)...]))
    }

    /// RFC 1123, section 2.1.
    private static func isHostname(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return !text.isEmpty && text.utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
            }
    }

    /// RFC 3986: the characters, not the grammar of each part.
    private static func isURI(_ text: String) -> Bool {
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.prefix(2).count == 2, rest.prefix(2).allSatisfy({ JSONString.hexValue($0) != nil }) else {
                    return false
                }
            } else if byte <= 0x20 || byte >= 0x7F || "\"<>\\^`{|}".utf8.contains(byte) {
                return false
            }
        }
        return true
    }

    private static func hasScheme(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), let first = text.utf8.first else { return false }
        return (first | 0x20) &- UInt8(ascii: "a") < 26
            && text.utf8[..<colon].allSatisfy { self.isLetterOrDigit($0) || "+-.".utf8.contains($0) }
    }

    private static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map({ $0.utf8.count }) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.utf8.allSatisfy { JSONString.hexValue($0) != nil } }
    }

    /// RFC 6901, section 3.
    private static func isPointer(_ text: String) -> Bool {
        guard text.isEmpty || text.hasPrefix("/") else { return false }
        return text.split(separator: "~", omittingEmptySubsequences: false).dropFirst()
            .allSatisfy { $0.hasPrefix("0") || $0.hasPrefix("1") }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") <= 9
    }
}
