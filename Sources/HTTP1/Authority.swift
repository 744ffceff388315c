/// Checks a host with an optional port (RFC 9110, section 7.2; RFC 3986, section 3.2.2).
///
/// Stricter than the grammar where leniency would let two parties read different hosts: no percent-encoding, no empty
/// host, no empty port, no user information, no address of a future IP version and no zone.
package enum Authority {
    /// Whether the bytes are a host with an optional port.
    package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var host = bytes
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            guard self.isIPv6(bytes[1..<close]) else { return false }
            let rest = bytes[(close + 1)...]
            return rest.isEmpty || rest.first == UInt8(ascii: ":") && self.isPort(rest.dropFirst())
        }
        if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            guard self.isPort(bytes[(colon + 1)...]) else { return false }
            host = UnsafeRawBufferPointer(rebasing: bytes[..<colon])
        }
        guard !host.isEmpty else { return false }
        for byte in host where !byte.isRegisteredName { return false }
        return true
    }

    private static func isPort(_ digits: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard !digits.isEmpty, digits.count <= 5 else { return false }
        var port = 0
        for byte in digits {
            guard byte.isDigit else { return false }
            port = port * 10 + Int(byte - 0x30)
        }
        return port <= 65_535
    }

    private static func isIPv6(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        let (colon, dot) = (UInt8(ascii: ":"), UInt8(ascii: "."))
        guard text.count <= 45 else { return false }
        var groups = 0
        var hasGap = false
        var rest = text
        if rest.starts(with: [colon, colon]) {
            hasGap = true
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let group = rest.prefix { $0 != colon }
            if group.contains(dot) {
                guard group.endIndex == rest.endIndex, self.isIPv4(group) else { return false }
                groups += 2
                break
            }
            guard !group.isEmpty, group.count <= 4, group.allSatisfy({ $0.hexadecimalValue != nil }) else {
                return false
            }
            groups += 1
            rest = rest[group.endIndex...]
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            guard !rest.isEmpty else { return false }
            if rest.first == colon {
                guard !hasGap else { return false }
                hasGap = true
                rest = rest.dropFirst()
            }
        }
        return hasGap ? groups <= 7 : groups == 8
    }

    private static func isIPv4(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.count), part.allSatisfy({ $0.isDigit }) else { return false }
                if part.count > 1, part.first == UInt8(ascii: "0") { return false }
                return part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
            }
    }
}

extension UInt8 {
    /// Unreserved characters and sub-delimiters (RFC 3986, section 2), from a bit set.
    fileprivate var isRegisteredName: Bool {
        let set: UInt64 = self < 64 ? 0x2BFF_7FD2_0000_0000 : 0x47FF_FFFE_87FF_FFFE
        return self < 128 && (set &>> UInt64(self & 63)) & 1 != 0
    }
}
