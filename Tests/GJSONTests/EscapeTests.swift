import GJSON
import Testing

struct EscapeTests {
    @Test(
        "Backslashes make special characters plain",
        arguments: [
            PathCase(#"a\.b"#, .string("dot")),
            PathCase(#"a\|b"#, .string("pipe")),
            PathCase(##"a\#b"##, .string("hash")),
            PathCase("a#b", .string("hash")),
            PathCase(##"\#"##, .string("lone hash")),
            PathCase("#", .string("lone hash")),
            PathCase(#"\@this"#, .string("at")),
            PathCase(
                "@this",
                .json(
                    ##"{"":"empty","a.b":"dot","a|b":"pipe","a*b":"star","a?b":"mark","a#b":"hash","#":"lone hash","@this":"at","!true":"bang","a\\b":"backslash","quo\"te":"quote","\u00e9t\u00e9":"escaped","été2":"verbatim","{x}":"braces","[0]":"brackets","1":"digit","name with space":"space","dup":1,"dup":2,"日本":"kanji","abXcd":"long"}"##
                )
            ),
            PathCase(#"\!true"#, .string("bang")),
            PathCase("!true", .true),
            PathCase(#"a\\b"#, .string("backslash")),
            PathCase(#"quo"te"#, .string("quote")),
            PathCase(#"quo\"te"#, .string("quote")),
            PathCase(#"\{x\}"#, .string("braces")),
            PathCase(#"\[0\]"#, .string("brackets")),
            PathCase("[0]", .json("[]")),
            PathCase("1", .string("digit")),
            PathCase(#"\1"#, .string("digit")),
            PathCase("name with space", .string("space")),
            PathCase("été", .string("escaped")),
            PathCase("été2", .string("verbatim")),
            PathCase("日本", .string("kanji")),
            PathCase("", .string("empty")),
            PathCase("dup", .number("1")),
            PathCase(#"a\.b.c"#, .missing),
            PathCase(#"a\"#, .missing),
        ]
    )
    func backslashesMakeSpecialCharactersPlain(_ path: PathCase) {
        path.check(in: Document.keys)
    }

    @Test(
        "Escapes in strings are decoded",
        arguments: [
            PathCase("newline", .value(.string, #""a\nb""#, text: "a\nb")),
            PathCase("unicode", .value(.string, #""\u0041\u00e9\u20ac""#, text: "Aé€")),
            PathCase("pair", .value(.string, #""\ud83d\ude00""#, text: "😀")),
            PathCase("lone", .value(.string, #""x\ud83dy""#, text: "x�y")),
            PathCase("slash", .value(.string, #""a\/b""#, text: "a/b")),
            PathCase("tab", .value(.string, #""\t""#, text: "\t")),
            PathCase("controls", .value(.string, #""\b\f\r""#, text: "\u{8}\u{c}\r")),
            PathCase("html", .string("<a&b>")),
            PathCase("json", .value(.string, #""{\"id\":1,\"list\":[1,2]}""#, text: #"{"id":1,"list":[1,2]}"#)),
            PathCase("emoji", .string("😀")),
            PathCase("quote", .value(.string, #""say \"hi\"""#, text: #"say "hi""#)),
            PathCase("back", .value(.string, #""c:\\dir""#, text: #"c:\dir"#)),
            PathCase("json.id", .missing),
            PathCase("json.@fromstr.id", .number("1")),
            PathCase("json.@fromstr.list.1", .number("2")),
        ]
    )
    func escapesInStringsAreDecoded(_ path: PathCase) {
        path.check(in: Document.strings)
    }
}
