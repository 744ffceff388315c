import FilterAPI

/// Addresses of many networks, for a search that makes nothing and takes as many steps as their number has digits.
///
/// IPv4 and IPv6 are kept apart; an IPv4 address in the IPv6 form `::ffff:a.b.c.d` (RFC 4291, section 2.5.5.2) is the IPv4
/// address.
struct AddressSet: Sendable {
    private let version4: [ClosedRange<UInt128>]
    private let version6: [ClosedRange<UInt128>]

    init(_ networks: [AddressRange]) {
        self.version4 = AddressSet.merged(networks.filter { $0.base.bytes.count == 4 })
        self.version6 = AddressSet.merged(networks.filter { $0.base.bytes.count == 16 })
    }

    func contains(_ address: AddressBits) -> Bool {
        let ranges = address.isVersion4 ? self.version4 : self.version6
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < address.bits { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(address.bits)
    }

    /// In order, and none touching the next.
    private static func merged(_ networks: [AddressRange]) -> [ClosedRange<UInt128>] {
        var merged: [ClosedRange<UInt128>] = []
        for range in networks.map(\.bits).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}

/// An address as a number.
struct AddressBits: Sendable, Hashable {
    let bits: UInt128
    let isVersion4: Bool

    /// Reads an address as text.
    init?(_ text: Substring) {
        if let bits = AddressBits.dotted(text.utf8) {
            self.bits = UInt128(bits)
            self.isVersion4 = true
            return
        }
        guard let address = IPAddress(text)?.unmapped else { return nil }
        self.bits = address.bits
        self.isVersion4 = address.bytes.count == 4
    }

    /// The usual form, without making anything.
    private static func dotted(_ text: Substring.UTF8View) -> UInt32? {
        var address: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in text {
            if byte == UInt8(ascii: "."), digits > 0, dots < 3 {
                address = address << 8 | part
                (part, digits, dots) = (0, 0, dots + 1)
                continue
            }
            // A leading zero means octal to some readers.
            guard byte &- 0x30 < 10, digits == 0 || part > 0 else { return nil }
            part = part * 10 + UInt32(byte &- 0x30)
            digits += 1
            guard part < 256 else { return nil }
        }
        return dots == 3 && digits > 0 ? address << 8 | part : nil
    }
}

extension IPAddress {
    /// The bytes as one number.
    fileprivate var bits: UInt128 { self.bytes.reduce(0) { $0 << 8 | UInt128($1) } }
}

extension AddressRange {
    /// From the first to the last address.
    fileprivate var bits: ClosedRange<UInt128> {
        let host = self.base.bytes.count * 8 - self.prefixLength
        let mask: UInt128 = host == 128 ? .max : (1 << UInt128(host)) - 1
        return (self.base.bits & ~mask)...(self.base.bits | mask)
    }
}
