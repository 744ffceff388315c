extension PatternCase {
    static let literals: [PatternCase] = [
        .init("", "", [""]), .init("", "abc", [""]), .init("a", "", nil), .init("a", "a", ["a"]),
        .init("a", "xay", ["a"]), .init("abc", "xabcy", ["abc"]), .init("abc", "abxabc", ["abc"]),
        .init("a|b", "xb", ["b"]), .init("a|ab", "ab", ["a"]), .init("ab|a", "ab", ["ab"]),
        .init("(?:a|ab)c", "abc", ["abc"]), .init("|a", "a", [""]), .init("a|", "a", ["a"]),
        .init("a||b", "b", [""]), .init("foo|bar|baz", "xbaz", ["baz"]),
        .init("\\.", "a.b", ["."]), .init("\\/a\\/", "/a/", ["/a/"]), .init("\\*\\+\\?", "*+?", ["*+?"]),
        .init("\\[\\]\\{\\}\\(\\)", "[]{}()", ["[]{}()"]), .init("\\\\", "a\\b", ["\\"]),
        .init("\\t\\n\\r\\f\\v\\a", "\t\n\r\u{0C}\u{0B}\u{07}", ["\t\n\r\u{0C}\u{0B}\u{07}"]),
        .init("\\x41\\x{42}\\x{43}", "ABC", ["ABC"]), .init("]", "]", ["]"]), .init("}", "}", ["}"]),
        .init("{", "{", ["{"]), .init("a{", "a{", ["a{"]), .init("a{,2}", "a{,2}", ["a{,2}"]),
        .init("a{1", "a{1", ["a{1"]), .init("a{x}", "a{x}", ["a{x}"]), .init("-", "a-b", ["-"]),
    ]

    static let classes: [PatternCase] = [
        .init("[abc]", "xb", ["b"]), .init("[a-c]+", "xabcd", ["abc"]), .init("[^a-c]", "abcd", ["d"]),
        .init("[]a]+", "a]b", ["a]"]), .init("[^]a]", "]ab", ["b"]), .init("[a-]+", "-a-", ["-a-"]),
        .init("[-a]+", "-a-", ["-a-"]), .init("[a\\-z]+", "b-az", ["-az"]), .init("[.*+?]+", "a.*+?", [".*+?"]),
        .init("[\\d]+", "a12", ["12"]), .init("[\\w-]+", "!a-b_1!", ["a-b_1"]), .init("[^\\d\\s]+", "1 ab", ["ab"]),
        .init("[\\]]", "]", ["]"]), .init("[a^]+", "^a", ["^a"]), .init("[\\x41-\\x43]+", "ABCD", ["ABC"]),
        .init("[\\t ]+", "a\t b", ["\t "]), .init("[A-Za-z0-9_]+", "-aZ9_-", ["aZ9_"]), .init("[[a]+", "[a", ["[a"]),
        .init("\\d", "a1", ["1"]), .init("\\d", "a", nil), .init("\\D+", "12ab", ["ab"]),
        .init("\\w+", "-ab_1-", ["ab_1"]),
        .init("\\W+", "ab-+c", ["-+"]), .init("\\s+", "a \t\nb", [" \t\n"]), .init("\\S+", "  ab ", ["ab"]),
        .init(".", "\n", nil), .init(".", "a", ["a"]), .init("a.c", "abc", ["abc"]), .init("a.c", "a\nc", nil),
        .init("[^a]", "\n", ["\n"]), .init("[a-zA-Z]{3}", "ab1xyZ", ["xyZ"]), .init("[^/]+", "/ab/c", ["ab"]),
    ]

    static let repetitions: [PatternCase] = [
        .init("a*", "aaab", ["aaa"]), .init("a*", "baa", [""]), .init("a+", "baa", ["aa"]), .init("a?", "aa", ["a"]),
        .init("a*?", "aaa", [""]), .init("a+?", "aaa", ["a"]), .init("a??", "a", [""]), .init("a*?b", "aab", ["aab"]),
        .init("a{2}", "aaa", ["aa"]), .init("a{2,}", "aaaa", ["aaaa"]), .init("a{2,3}", "aaaa", ["aaa"]),
        .init("a{2,3}?", "aaaa", ["aa"]), .init("a{2,}?", "aaaa", ["aa"]), .init("a{0}", "a", [""]),
        .init("a{0,1}b", "aab", ["ab"]), .init("a{3}", "aa", nil), .init("ab*c", "ac", ["ac"]),
        .init("ab*c", "abbbc", ["abbbc"]), .init("ab+c", "ac", nil), .init(".*", "abc", ["abc"]),
        .init(".*b", "abab", ["abab"]), .init(".*?b", "abab", ["ab"]), .init("(?:ab)*", "ababa", ["abab"]),
        .init("(?:ab){2}", "ababab", ["abab"]), .init("(?:a|b)+c", "abbac", ["abbac"]),
        .init("x*", "", [""]), .init("(?:a*)*", "aa", ["aa"]), .init("(?:a*)+", "b", [""]),
        .init("(?:a|b*)*c", "abbc", ["abbc"]), .init("(?:)*", "a", [""]), .init("(?:a?){3}", "aa", ["aa"]),
        .init("a{1,2}{", "aa{", ["aa{"]), .init("(?:a{2}){2}", "aaaaa", ["aaaa"]),
    ]

    static let groups: [PatternCase] = [
        .init("(a)", "xa", ["a", "a"]), .init("(a)(b)?", "a", ["a", "a", nil]), .init("(a)|(b)", "b", ["b", nil, "b"]),
        .init("(a(b)c)", "abc", ["abc", "abc", "b"]), .init("(a*)(a*)", "aa", ["aa", "aa", ""]),
        .init("(a*?)(a*)", "aa", ["aa", "", "aa"]), .init("(a|ab)(c|bcd)", "abcd", ["abcd", "a", "bcd"]),
        .init("(?:(a)|b)*", "ab", ["ab", "a"]), .init("(a)*", "aaa", ["aaa", "a"]), .init("(a)+", "aaa", ["aaa", "a"]),
        .init("^/a/(.*)", "/a/b/c", ["/a/b/c", "b/c"]), .init("^/([^/]+)/([^/]+)$", "/x/y", ["/x/y", "x", "y"]),
        .init("(?<year>\\d{4})-(?P<month>\\d\\d)", "on 2024-05", ["2024-05", "2024", "05"]),
        .init("()", "a", ["", ""]), .init("(a)(?:b)(c)", "abc", ["abc", "a", "c"]),
        .init("(a{2})+", "aaaaa", ["aaaa", "aa"]),
        .init("(.*)/(.*)", "a/b/c", ["a/b/c", "a/b", "c"]), .init("(.*?)/(.*)", "a/b/c", ["a/b/c", "a", "b/c"]),
        .init("((a)|(b))+", "ab", ["ab", "b", "a", "b"]), .init("(a+)(b+)?", "aac", ["aa", "aa", nil]),
    ]

    static let anchors: [PatternCase] = [
        .init("^a", "ab", ["a"]), .init("^a", "ba", nil), .init("a$", "ba", ["a"]), .init("a$", "ab", nil),
        .init("^$", "", [""]), .init("^$", "a", nil), .init("^abc$", "abc", ["abc"]), .init("^abc$", "abcd", nil),
        .init("^a|b$", "xb", ["b"]), .init("^a|b$", "ax", ["a"]), .init("^(?:a|b)$", "b", ["b"]),
        .init("a$", "a\n", nil),
        .init("^b", "a\nb", nil), .init("\\Aa", "ab", ["a"]), .init("a\\z", "ba", ["a"]), .init("$", "ab", [""]),
        .init("a^", "a", nil), .init("$a", "a", nil), .init("(?:^|/)b", "a/b", ["/b"]), .init("(?:^)*a", "ba", ["a"]),
        .init("\\bfoo\\b", "a foo b", ["foo"]), .init("\\bfoo\\b", "afoo", nil), .init("\\bfoo\\b", "foo", ["foo"]),
        .init("\\Boo\\b", "foo", ["oo"]), .init("\\b", "", nil), .init("\\B", "", [""]),
        .init("o\\b", "foo/bar", ["o"]),
        .init("\\bb", "a_b b", ["b"]), .init("^^a$$", "a", ["a"]), .init("^a.*z$", "abcz", ["abcz"]),
    ]

    static let flags: [PatternCase] = [
        .init("(?i)abc", "xABc", ["ABc"]), .init("a(?i)b", "aB", ["aB"]), .init("a(?i)b", "AB", nil),
        .init("(?i:a)b", "Ab", ["Ab"]), .init("(?i:a)b", "AB", nil), .init("(?i)[a-c]+", "ABcd", ["ABc"]),
        .init("(?i)[^a]", "Ab", ["b"]), .init("(?i)a(?-i)b", "Ab", ["Ab"]), .init("(?i)a(?-i)b", "AB", nil),
        .init("((?i)a|b)c", "Bc", ["Bc", "B"]), .init("((?i)a)b", "AB", nil), .init("(?i)k1_", "K1_", ["K1_"]),
        .init("(?s).", "\n", ["\n"]), .init("(?s)a.*b", "a\n\nb", ["a\n\nb"]), .init("(?m)^b$", "a\nb\nc", ["b"]),
        .init("(?m)a$", "a\nb", ["a"]), .init("(?ims)^B.$", "a\nb\n", ["b\n"]), .init("(?is-m:A.)", "a\n", ["a\n"]),
        .init("(?i)googlebot|bingbot", "Mozilla (compatible; BingBot/2.0)", ["BingBot"]),
    ]

    static let unicode: [PatternCase] = [
        .init("ä", "xäy", ["ä"]), .init("^.$", "ä", ["ä"]), .init("^..$", "ä", nil), .init("^.$", "日", ["日"]),
        .init("^.$", "😀", ["😀"]), .init("[ä-ü]+", "aöüz", ["öü"]), .init("[^ä]", "äö", ["ö"]),
        .init("ä+", "ää", ["ää"]),
        .init("日本|中国", "in 中国", ["中国"]), .init("[日中]", "中", ["中"]), .init("\\x{1F600}", "😀", ["😀"]),
        .init("[\\x{0}-\\x{10FFFF}]", "\u{E000}", ["\u{E000}"]), .init("(.)(.)", "é日", ["é日", "é", "日"]),
        .init("\\W", "é", ["é"]), .init("[^\\x00-\\x7F]+", "aé日b", ["é日"]),
        .init("[\\x{7F0}-\\x{810}]", "\u{800}", ["\u{800}"]),
        .init("[\\x{FFF0}-\\x{1000F}]", "\u{10000}", ["\u{10000}"]),
    ]
}
