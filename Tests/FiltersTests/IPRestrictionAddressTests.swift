import FilterAPI
import Testing

@testable import BundledFilters

@Suite("ip-restriction: addresses as numbers")
struct IPRestrictionAddressTests {
    /// An address, its one form, and its bytes.
    @Test(
        arguments: [
            ("192.0.2.1", "192.0.2.1", [192, 0, 2, 1]), ("::ffff:192.0.2.1", "192.0.2.1", [192, 0, 2, 1]),
            ("0.0.0.0", "0.0.0.0", [0, 0, 0, 0]),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1", [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
            ("::", "::", [UInt8](repeating: 0, count: 16)),
            ("::1", "::1", [UInt8](repeating: 0, count: 15) + [1]),
            ("fe80::", "fe80::", [0xFE, 0x80] + [UInt8](repeating: 0, count: 14)),
            // The first of two runs, no run of one, and no zeros in front.
            ("1:0:0:2:0:0:3:4", "1::2:0:0:3:4", [0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4]),
            ("1:0:2:3:0:0:0:4", "1:0:2:3::4", [0, 1, 0, 0, 0, 2, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4]),
            ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7", [0, 1, 0, 0, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7]),
        ] as [(String, String, [UInt8])]
    )
    func anAddressHasOneForm(_ text: String, _ form: String, _ bytes: [UInt8]) throws {
        let address = try #require(AddressBits(text[...]))
        #expect(address.description == form && AddressBits(form[...]) == address)
        #expect(address.withBytes { Array($0) } == bytes)
    }
}
