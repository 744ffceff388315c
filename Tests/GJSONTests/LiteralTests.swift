import GJSON
import Testing

struct LiteralTests {
    @Test(
        "Literals stand for themselves",
        arguments: [
            PathCase(#"!"text""#, .string("text")),
            PathCase("!12", .number("12")),
            PathCase("!-1.5", .number("-1.5")),
            PathCase("!true", .true),
            PathCase("!false", .false),
            PathCase("!null", .null),
            PathCase("!NaN", .number("NaN")),
            PathCase("!Inf", .value(.number, "Inf", text: "+Inf")),
            PathCase(#"!{"a":[1,2]}"#, .json(#"{"a":[1,2]}"#)),
            PathCase("![1,2,3]", .json("[1,2,3]")),
            PathCase(#"!{"a":[1,2]}.a.1"#, .number("2")),
            PathCase("![1,2,3]|#", .number("3")),
            PathCase("!true.x", .missing),
            PathCase("!nope", .missing),
            PathCase("!", .missing),
            PathCase("age.!true", .missing),
            PathCase(#"!"a\"b""#, .value(.string, #""a\"b""#, text: #"a"b"#)),
            PathCase("!TRUE", .missing),
        ]
    )
    func literalsStandForThemselves(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Literals complete multipaths",
        arguments: [
            PathCase(
                #"{name.first,age,"company":!"Happysoft","employed":!true}"#,
                .json(#"{"first":"Tom","age":37,"company":"Happysoft","employed":true}"#)
            ),
            PathCase(#"[!1,!"two",!null,age]"#, .json(#"[1,"two",null,37]"#)),
            PathCase(#"{"o":!{"x":{"y":1}}}.o.x.y"#, .number("1")),
            PathCase("{!true}", .json(#"{"_":true}"#)),
            PathCase(#"{"list":![1,[2]]}"#, .json(#"{"list":[1,[2]]}"#)),
            PathCase("[!nope,age]", .json("[37]")),
        ]
    )
    func literalsCompleteMultipaths(_ path: PathCase) {
        path.check(in: Document.people)
    }
}
