import FilterAPI
import Testing

@testable import Downstream

@Suite("X-Forwarded-For: which address is the client's")
struct ForwardedChainTests {
    /// A field, and the client in it; 10.0.0.0/8 and 2001:db8:f::/48 are trusted, and 10.9.9.9 is the peer.
    @Test(
        arguments: [
            ("8.8.8.8, 10.9.9.9", "8.8.8.8"), ("8.8.8.8:1234, 10.9.9.9", "8.8.8.8"),
            ("2001:db8::1, 10.9.9.9", "2001:db8::1"), ("[2001:db8::1], 10.9.9.9", "2001:db8::1"),
            ("[2001:db8::1]:99, 10.9.9.9", "2001:db8::1"), ("::ffff:8.8.8.8", "::ffff:8.8.8.8"),
            // The last one that is not trusted, also when trusted ones have ports.
            ("1.1.1.1, 8.8.8.8, 10.0.0.1:80, [2001:db8:f::1]:80, 10.9.9.9", "8.8.8.8"),
            ("unknown, 8.8.8.8, 10.9.9.9", "8.8.8.8"),
            ("8.8.8.8, , \t, 10.9.9.9", "8.8.8.8"), (" 8.8.8.8\t,10.9.9.9", "8.8.8.8"),
            // Nobody but proxies.
            ("10.9.9.9", "10.9.9.9"), ("10.0.0.1:80, 10.9.9.9", "10.9.9.9"), ("", "10.9.9.9"), (",", "10.9.9.9"),
            // What cannot be read is nobody, and least of all the proxy.
            ("unknown, 10.9.9.9", nil), ("8.8.8.8, unknown, 10.9.9.9", nil), ("_hidden, 10.9.9.9", nil),
            ("8.8.8.8:, 10.9.9.9", nil), ("8.8.8.8:http, 10.9.9.9", nil), ("8.8.8.8:123456, 10.9.9.9", nil),
            ("[2001:db8::1, 10.9.9.9", nil), ("[2001:db8::1]99, 10.9.9.9", nil), ("[], 10.9.9.9", nil),
            ("[2001:db8::1]:, 10.9.9.9", nil), ("fe80::1%eth0, 10.9.9.9", nil), ("8.8.8, 10.9.9.9", nil),
            (":80, 10.9.9.9", nil), ("\"8.8.8.8\", 10.9.9.9", nil),
        ] as [(String, String?)]
    )
    func theClient(_ chain: String, _ client: String?) {
        let found = ForwardedChain.client(in: chain, peer: "10.9.9.9") { address in
            address.bytes.first == 10 && address.bytes.count == 4
                || address.bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8, 0x00, 0x0F])
        }
        #expect(found == client)
    }
}
