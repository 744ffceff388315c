import HTTP1
import Testing

struct AuthorityTests {
    @Test(arguments: [
        "a", "example.com", "EXAMPLE.com.", "a-b_c~d", "127.0.0.1", "1", "a:0", "a:80", "a:65535", "a:00080",
        "xn--bcher-kva.ch",
        "!$&'()*+,;=", "[::]", "[::1]", "[::1]:443", "[1::]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]",
        "[::2:3:4:5:6:7:8]",
        "[2001:DB8::ff]", "[::ffff:192.0.2.1]", "[1:2:3:4:5:6:1.2.3.4]", "[::1.2.3.4]:1",
    ])
    func hostWithOptionalPortIsValid(_ text: String) {
        #expect(wire(text).withUnsafeBytes { Authority.isValid($0) })
    }

    @Test(arguments: [
        "", ":", ":80", "a:", "a:65536", "a:123456", "a:8a", "a: 80", "a b", "a\t", "a/b", "a?b", "a#b", "a@b", "a\\b",
        "a%41", "é",
        "a\u{0}", "a[", "a]", "[]", "[", "]", "[:]", "[:::]", "[::1", "[::1]a", "[::1]:", "[::1]:x", "[::1]80",
        "[1::2::3]",
        "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7:8::]", "[12345::]", "[g::]", "[1:]",
        "[1:2:3:4:5:6:7:]",
        "[:1::2]", "[::1.2.3]", "[::1.2.3.256]", "[::01.2.3.4]", "[::1.2.3.4:5]", "[1:2:3:4:5:6:7:1.2.3.4]",
        "[1.2.3.4]",
        "[fe80::1%eth0]", "[v1.x]", "<a>", "a\"b", "a|b", "a^b", "a`b", "{a}", "\u{7F}",
    ])
    func everythingElseIsInvalid(_ text: String) {
        #expect(!wire(text).withUnsafeBytes { Authority.isValid($0) })
    }
}
