import GJSON
import Testing

struct WildcardTests {
    @Test(
        "Stars and question marks match keys",
        arguments: [
            PathCase("child*.2", .string("Jack")),
            PathCase("c?ildren.0", .string("Sara")),
            PathCase("*.first", .string("Tom")),
            PathCase("*", .json(#"{"first": "Tom", "last": "Anderson"}"#)),
            PathCase("na?e.l*t", .string("Anderson")),
            PathCase("????", .json(#"{"first": "Tom", "last": "Anderson"}"#)),
            PathCase("???", .number("37")),
            PathCase("fav*", .string("Deer Hunter")),
            PathCase("*movie", .string("Deer Hunter")),
            PathCase("*.*.first", .missing),
            PathCase("friends.0.n*s.*", .missing),
            PathCase("f*s.#.f*", .json(#"["Dale","Roger","Jane"]"#)),
            PathCase("**", .json(#"{"first": "Tom", "last": "Anderson"}"#)),
            PathCase("*x*", .missing),
            PathCase("a?e", .number("37")),
            PathCase("n*.f?rst", .string("Tom")),
        ]
    )
    func starsAndQuestionMarksMatchKeys(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Patterns match whole characters",
        arguments: [
            PathCase("日?", .string("kanji")),
            PathCase("?本", .string("kanji")),
            PathCase("a?b", .string("dot")),
            PathCase("a*b", .string("dot")),
            PathCase("*té", .string("escaped")),
            PathCase(#"a\*b"#, .string("star")),
            PathCase(#"a\?b"#, .string("mark")),
            PathCase("ab*d", .string("long")),
            PathCase("a*c?", .string("long")),
            PathCase("*X*", .string("long")),
            PathCase("?", .string("lone hash")),
            PathCase("??", .string("kanji")),
            PathCase("été?", .string("verbatim")),
        ]
    )
    func patternsMatchWholeCharacters(_ path: PathCase) {
        path.check(in: Document.keys)
    }
}
