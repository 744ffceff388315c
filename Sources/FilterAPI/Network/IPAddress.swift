/// An IPv4 or IPv6 address as its bytes.
public struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order.
    public let bytes: [UInt8]

    /// Reads the dotted or the colon form (RFC 4291, section 2.2), without brackets, port or zone.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 45, let bytes = text.contains(":") ? ipv6Bytes(text) : ipv4Bytes(text) else {
            return nil
        }
        self.bytes = bytes
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// The IPv4 address that an IPv6 address of the form `::ffff:a.b.c.d` stands for (RFC 4291, section 2.5.5.2).
    public var unmapped: IPAddress {
        let prefix = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        return self.bytes.count == 16 && self.bytes.starts(with: prefix)
            ? IPAddress(bytes: Array(self.bytes[12...])) : self
    }

    /// Whether only this machine can reach it: `127.0.0.0/8` and `::1`.
    public var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }
}

private func ipv4Bytes(_ text: some StringProtocol) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
        // A leading zero means octal to some readers, so it is refused, as `inet_pton` does.
        guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), part.count == 1 || part.first != "0",
            let byte = UInt8(part)
        else { return nil }
        bytes.append(byte)
    }
    return bytes
}

private func ipv6Bytes(_ text: some StringProtocol) -> [UInt8]? {
    let text = String(text)
    guard let gap = text.firstRange(of: "::") else {
        return ipv6Groups(text[...]).flatMap { $0.count == 16 ? $0 : nil }
    }
    let tail = text[gap.upperBound...]
    guard let head = ipv6Groups(text[..<gap.lowerBound]), !text[..<gap.lowerBound].contains("."),
        let end = ipv6Groups(tail), head.count + end.count <= 14
    else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - end.count) + end
}

private func ipv6Groups(_ text: Substring) -> [UInt8]? {
    if text.isEmpty { return [] }
    var bytes: [UInt8] = []
    let groups = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, group) in groups.enumerated() {
        if index == groups.count - 1, group.contains(".") {
            guard let last = ipv4Bytes(group) else { return nil }
            bytes += last
        } else {
            guard (1...4).contains(group.utf8.count), group.first != "+", let value = UInt16(group, radix: 16) else {
                return nil
            }
            bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
    }
    return bytes.count <= 16 ? bytes : nil
}
