/// A network such as `10.0.0.0/8`, or one address.
public struct AddressRange: Sendable, Hashable {
    /// The network's address.
    public let base: IPAddress
    /// How many leading bits have to be equal.
    public let prefixLength: Int

    /// Reads `ADDRESS/BITS` (RFC 4632) or a bare address, which stands for itself alone.
    ///
    /// A network of IPv4 addresses mapped into IPv6 (`::ffff:10.0.0.0/104`) is that IPv4 network.
    public init(_ text: String) throws(ConfigurationMistake) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let mistake = ConfigurationMistake("expected a network such as 10.0.0.0/8 or an address")
        guard let base = parts.first.flatMap({ IPAddress($0) }) else { throw mistake }
        let bits = base.bytes.count * 8
        var length = bits
        if parts.count == 2 {
            guard parts[1].allSatisfy({ $0.isASCII && $0.isNumber }), let given = Int(parts[1]), given <= bits else {
                throw mistake
            }
            length = given
        }
        let unmapped = base.unmapped
        let surplus = bits - unmapped.bytes.count * 8
        self.base = length >= surplus ? unmapped : base
        self.prefixLength = length >= surplus ? length - surplus : length
    }

    /// Whether `address` is of this network; an IPv4 address mapped into IPv6 counts as IPv4, else the families differ.
    public func contains(_ address: IPAddress) -> Bool {
        let address = address.unmapped
        guard address.bytes.count == base.bytes.count else { return false }
        let whole = prefixLength / 8
        guard address.bytes[..<whole] == base.bytes[..<whole] else { return false }
        let rest = prefixLength % 8
        guard rest > 0 else { return true }
        return (address.bytes[whole] ^ base.bytes[whole]) >> (8 - UInt8(rest)) == 0
    }
}
