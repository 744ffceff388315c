import TestSupport
import Testing

@testable import FilterAPI

struct PatternRefusalTests {
    @Test(arguments: [
        ("(", 0, "missing"), ("a(b", 1, "missing"), ("a)", 1, "unexpected"), ("[a", 0, "missing"), ("[", 0, "missing"),
        ("[]", 0, "missing"), ("[a-", 0, "missing"), ("*a", 0, "repeats nothing"), ("a|+", 2, "repeats nothing"),
        ("a**", 2, "repeats a repetition"), ("a+*", 2, "repeats a repetition"),
        ("a??+", 3, "repeats a repetition"), ("a{2}{3}", 4, "repeats a repetition"), ("a{1001}", 1, "1000 times"),
        ("a{99999999999999999999}", 1, "1000 times"), ("a{3,2}", 1, "at least 3"), ("[b-a]", 1, "backwards"),
        ("[a-\\d]", 3, "cannot end a range"), ("\\", 0, "at the end"), ("a\\", 1, "at the end"), ("\\1", 0, "back-ref"),
        ("(a)\\1", 3, "back-ref"), ("\\k<a>", 0, "back-ref"), ("(?P=a)", 0, "back-ref"), ("(?=a)", 0, "look-around"),
        ("x(?!a)", 1, "look-around"), ("(?<=a)", 0, "look-around"), ("(?<!a)", 0, "look-around"),
        ("(?>a)", 0, "atomic"), ("(?x)a", 2, "flags are"), ("(?i", 0, "missing"), ("(?#c)", 2, "flags are"),
        ("(?<>a)", 0, "name"), ("(?<a", 0, "name"), ("\\p{L}", 0, "Unicode classes"), ("\\q", 0, "unknown escape"),
        ("\\x", 0, "xHH"), ("\\x4", 0, "xHH"), ("\\x{110000}", 0, "scalar"), ("\\x{D800}", 0, "scalar"),
        ("\\x{", 0, "xHH"), ("[[:alpha:]]", 1, "POSIX"), ("\\Qa", 0, "unknown escape"), ("\\C", 0, "unknown escape"),
        ("(?i-s-m)", 5, "flags are"),
    ])
    func `a pattern that cannot be run is refused with its place`(_ text: String, _ offset: Int, _ words: String) throws
    {
        let error = #expect(throws: PatternError.self) { try Pattern(text) }
        #expect(error?.offset == offset)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        "(?:a{100}){101}", "(?:(?:(?:a{1000}){1000}){1000}){1000}", "(?:(?:(?:(?:){1000}){1000}){1000}){1000}",
        ".{1000}.{1000}", "(?:\\w{500}){500}",
    ])
    func `a pattern that needs too many instructions is refused`(_ text: String) {
        let error = #expect(throws: PatternError.self) { try Pattern(text) }
        #expect(error?.message.contains("10000 instructions") == true)
    }

    @Test func `deep nesting and many groups are refused`() {
        let deep = String(repeating: "(?:", count: 100_000)
        #expect(throws: PatternError.self) { try Pattern(deep) }
        let closed = String(repeating: "(?:", count: 250) + String(repeating: ")", count: 250)
        #expect(throws: PatternError("more than 200 nested groups", at: 600)) { try Pattern(closed) }
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "()", count: 65)) }
        #expect(throws: Never.self) { try Pattern(String(repeating: "()", count: 64)) }
    }

    @Test func `random text is compiled or refused, and never traps`() throws {
        var random = SeededRandom(seed: 7)
        let pieces = Array("ab01(){}[]|*+?^$.\\-,:<>=!PidwsbBxkz&#é日\n").map(String.init)
        var compiled = 0
        for _ in 0..<4_000 {
            let text = (0..<random.next(in: 1...12)).map { _ in random.element(of: pieces) }.joined()
            guard let pattern = try? Pattern(text) else { continue }
            compiled += 1
            let input = (0..<random.next(in: 0...10)).map { _ in random.element(of: pieces) }.joined()
            #expect(pattern.matches(input) == (found(pattern, in: input) != nil), "\(text) in \(input)")
        }
        #expect(compiled > 500)
    }
}
