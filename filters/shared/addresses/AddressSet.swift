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
