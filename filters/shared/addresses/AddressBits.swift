import FilterAPI

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

    /// Calls `body` with the address as 4 or 16 bytes in network order.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: self.bits.bigEndian) { bytes in
            body(UnsafeRawBufferPointer(rebasing: bytes[(self.isVersion4 ? 12 : 0)...]))
        }
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
    var bits: ClosedRange<UInt128> {
        let host = self.base.bytes.count * 8 - self.prefixLength
        let mask: UInt128 = host == 128 ? .max : (1 << UInt128(host)) - 1
        return (self.base.bits & ~mask)...(self.base.bits | mask)
    }
}
