import FilterAPI
import Testing

struct TargetNormalisationTests {
    private func normalise(_ target: String) -> TargetNormalisation.Outcome {
        wire(target).withUnsafeBytes { TargetNormalisation.normalise($0) }
    }

    @Test(arguments: [
        "/", "/a", "/a/", "/a/b.c", "/.well-known/acme", "/...", "/a/.b", "/a/..b", "/a/b..", "/a..b/c.", "/~user/-_.",
        "/a?b", "/?", "/a?//../%zz\\", "/%2F", "/a%2Fb%5C", "/%20%22%3C", "/%25", "/%252e", "/%E2%82%AC", "/%FF",
        "/%C3%A9",
        "/%F0%90%80%80", "/%E0%A0%80", "/a;b=c/d:e@f!$&'()*+,=", "/{a}|b^c`d\"<>", "/%C0",
    ])
    func normalTargetIsUnchanged(_ target: String) {
        #expect(self.normalise(target) == .unchanged)
    }

    @Test(arguments: [
        ("//", "/"), ("///a", "/a"), ("/a//b", "/a/b"), ("/a//", "/a/"), ("/a///b//c", "/a/b/c"),
        ("/.", "/"), ("/./", "/"), ("/./a", "/a"), ("/a/.", "/a/"), ("/a/./b", "/a/b"), ("/a/./", "/a/"),
        ("/..", "/"), ("/../", "/"), ("/../a", "/a"), ("/../../a", "/a"), ("/a/..", "/"), ("/a/../", "/"),
        ("/a/b/..", "/a/"), ("/a/b/../c", "/a/c"), ("/a/b/../../c", "/c"), ("/a/../../c", "/c"), ("/a/.../..", "/a/"),
        ("/a//../b", "/b"), ("/a/b//..//c", "/a/c"), ("/.//..//.", "/"),
        ("/%2e", "/"), ("/%2E%2e/a", "/a"), ("/a/%2e%2e/b", "/b"), ("/a/.%2e/b", "/b"), ("/a/%2e./b", "/b"),
        ("/a/%2e/b", "/a/b"), ("/%2ewell-known", "/.well-known"),
        ("/\\", "/"), ("/a\\b", "/a/b"), ("/a\\..\\b", "/b"), ("/a\\\\b", "/a/b"), ("/a/..\\..\\b", "/b"),
        ("/%41dmin", "/Admin"), ("/%61%62", "/ab"), ("/%7E%2D%5f%30", "/~-_0"), ("/a%2fb", "/a%2Fb"),
        ("/..%2fa", "/..%2Fa"), ("/%e2%82%ac", "/%E2%82%AC"), ("/%5c", "/%5C"), ("/%25%32%65", "/%252e"),
        ("/a/../b?c=/../d", "/b?c=/../d"), ("//?//", "/?//"), ("?a", "/?a"), ("/.?", "/?"),
        ("/%2F../a", "/%2F../a"), ("/a%3Fb", "/a%3Fb"),
    ])
    func targetComesIntoItsNormalForm(_ target: String, _ normal: String) {
        let outcome = self.normalise(target)
        #expect(outcome == (target == normal ? .unchanged : .changed(normal)))
        #expect(self.normalise(normal) == .unchanged)
    }

    @Test(arguments: [
        "", "a", "*", "\\", "http://a/", "/%", "/%1", "/%g0", "/%0g", "/%%41", "/% 41", "/a%", "/%?41", "/%00",
        "/a%00b",
        "/%C0%80", "/%c1%BF", "/%E0%9F%BF", "/%F0%8F%80%80", "/%F8%80%80%80%80", "/%FC%80%80%80%80%80",
        "/#", "/a?#", "/ ", "/a?b ", "/\u{0}", "/\u{1F}", "/?\u{1F}", "/\u{7F}", "/?\u{7F}", "/\u{80}", "/?\u{FF}",
        "/\t",
        "/\r\n",
    ])
    func targetThatCanBeMisreadIsRefused(_ target: String) {
        #expect(self.normalise(target) == .invalid)
    }

    @Test func normalFormIsAFixedPoint() {
        var random = SplitMix64(seed: 7)
        let alphabet = ["/", "/", "..", ".", "%2e", "%2F", "%5c", "\\", "a", "%41", "?", "%25", "%c3%a9", "b"]
        for _ in 0..<5_000 {
            var target = "/"
            for _ in 0..<Int.random(in: 0..<10, using: &random) {
                target += alphabet.randomElement(using: &random) ?? ""
            }
            guard case .changed(let normal) = self.normalise(target) else { continue }
            #expect(self.normalise(normal) == .unchanged, "\(target)")
            let path = normal.prefix { $0 != "?" }
            #expect(path.hasPrefix("/") && !path.contains("//") && !path.contains("\\"))
            #expect(path.split(separator: "/").allSatisfy { $0 != "." && $0 != ".." })
        }
    }
}
