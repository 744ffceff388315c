import Testing

@testable import FilterAPI

struct PatternSubstitutionTests {
    @Test(arguments: [
        ("^/a/(.*)", "/b/$1", "/a/x/y", "/b/x/y"), ("^/a/(.*)", "/b/\\1", "/a/x", "/b/x"),
        ("^/a/(.*)", "/b/${1}0", "/a/x", "/b/x0"), ("b", "[$0]", "abc", "a[b]c"), ("b", "[\\0]", "abc", "a[b]c"),
        ("b", "$$", "abc", "a$c"), ("b", "\\\\", "abc", "a\\c"), ("a", "x", "banana", "bxnxnx"),
        ("x*", "-", "abc", "-a-b-c-"), ("x*", "-", "xab", "-a-b-"), ("(a)|(b)", "<$2>", "ab", "<><b>"),
        ("^/(\\w+)/(\\w+)", "/$2/$1", "/a/b/c", "/b/a/c"), ("/+", "/", "//a///b", "/a/b"), ("$", "!", "a", "a!"),
        (".*", "x", "abc", "x"), ("é", "e", "née", "nee"), ("", "-", "é", "-é-"), ("^a", "", "aaa", "aa"),
        ("(a)(b)(c)", "\\3\\2\\1\\11", "abc", "cbaa1"), ("(.*)", "$1$1", "ab", "abab"),
    ])
    func `every match is replaced from left to right`(
        _ pattern: String,
        _ substitution: String,
        _ input: String,
        _ expected: String
    ) throws {
        let pattern = try Pattern(pattern)
        let substitution = try PatternSubstitution(substitution, for: pattern)
        let output = try Array(input.utf8).withUnsafeBytes { bytes in
            try pattern.replacingMatches(in: bytes, with: substitution, maximumLength: 1_000)
        }
        #expect(output.map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test func `without a match there is no output`() throws {
        let pattern = try Pattern("x")
        let substitution = try PatternSubstitution("y", for: pattern)
        let output = try Array("abc".utf8).withUnsafeBytes { bytes in
            try pattern.replacingMatches(in: bytes, with: substitution, maximumLength: 10)
        }
        #expect(output == nil)
    }

    @Test(arguments: [
        ("$2", 0), ("/b/$", 3), ("a\\", 1), ("\\n", 0), ("${1", 0), ("${a}", 0), ("x$a", 1), ("$10", 0),
        ("$99999999999999999999", 0),
    ])
    func `a reference to nothing is refused with its place`(_ text: String, _ offset: Int) throws {
        let pattern = try Pattern("(a)")
        let error = #expect(throws: PatternError.self) { try PatternSubstitution(text, for: pattern) }
        #expect(error?.offset == offset)
    }

    @Test func `the output is bounded`() throws {
        let pattern = try Pattern("a")
        let substitution = try PatternSubstitution(String(repeating: "x", count: 100), for: pattern)
        let bytes = Array(String(repeating: "a", count: 1_000).utf8)
        _ = bytes.withUnsafeBytes { input in
            #expect(throws: PatternReplacementError.tooLong) {
                try pattern.replacingMatches(in: input, with: substitution, maximumLength: 65_536)
            }
        }
    }
}
