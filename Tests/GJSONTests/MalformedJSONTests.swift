import GJSON
import Testing

struct MalformedJSONTests {
    @Test(
        "Text that ends early gives what was read",
        arguments: [
            PathCase("a", in: #"{"a":{"b":1"#, .json(#"{"b":1"#)),
            PathCase("a.b", in: #"{"a":{"b":1"#, .number("1")),
            PathCase("a", in: #"{"a":"unfinished"#, .missing),
            PathCase("a", in: #"{"a":[1,2"#, .json("[1,2")),
            PathCase("a.#", in: #"{"a":[1,2"#, .number("2")),
            PathCase("a.1", in: #"{"a":[1,2"#, .number("2")),
            PathCase("a", in: #"{"a""#, .missing),
            PathCase("a", in: #"{"a":"#, .missing),
            PathCase("a", in: #"{"a":tr"#, .value(.true, "tr", text: "true")),
            PathCase("a", in: #"{"a":-"#, .number("-")),
            PathCase("#", in: #"[1,{"a"#, .missing),
            PathCase("#", in: #"[1,{"a":1"#, .number("2")),
            PathCase("#", in: #"[1,"x"#, .missing),
            PathCase("#", in: "[", .number("0")),
            PathCase("a", in: "{", .missing),
            PathCase("0.0", in: "[[1", .number("1")),
            PathCase("@reverse.0", in: "[1,[2,3", .json("[2,3,1]")),
            PathCase("@reverse.0.a", in: #"[1,{"a":2"#, .number("2")),
            PathCase("a", in: #"{"a":"x\"#, .missing),
            PathCase("#(>1)", in: "[1,2", .number("2")),
            PathCase("#(>0)#", in: "[1,2", .json("[1,2]")),
        ]
    )
    func textThatEndsEarlyGivesWhatWasRead(_ path: PathCase) {
        path.check()
    }

    @Test(
        "What is no JSON is passed over",
        arguments: [
            PathCase("a", in: "", .missing),
            PathCase("@this", in: "   ", .missing),
            PathCase("a", in: "nothing", .missing),
            PathCase("0", in: #""text""#, .missing),
            PathCase("@this", in: "5", .number("5")),
            PathCase("a", in: #"x{"a":1}"#, .number("1")),
            PathCase("b", in: #"{a:1,"b":2}"#, .number("2")),
            PathCase("a", in: #"{"a" 1}"#, .number("1")),
            PathCase("b", in: #"{"a":1,,"b":2}"#, .number("2")),
            PathCase("b", in: #"{"a":1 "b":2}"#, .number("2")),
            PathCase("a", in: #"{"a"::1}"#, .number("1")),
            PathCase("1", in: "[1 2 3]", .number("2")),
            PathCase("1", in: "[1,,2]", .number("2")),
            PathCase("#", in: "[1;2]", .number("1")),
            PathCase("a", in: #"{"a":1}}}"#, .number("1")),
            PathCase("a", in: #"{"a":}"#, .missing),
            PathCase("a", in: #"{"a":xyz,"b":1}"#, .string("b")),
            PathCase("a.1", in: #"{"a":[1,2}"#, .number("2")),
            PathCase("b", in: #"{"a":(1,2),"b":3}"#, .number("3")),
            PathCase("a", in: #"//x\#n{"a":1}"#, .number("1")),
            PathCase("a", in: #"\#u{feff}{"a":1}"#, .number("1")),
            PathCase("a", in: #"{"a":1}{"a":2}"#, .number("1")),
        ]
    )
    func whatIsNoJSONIsPassedOver(_ path: PathCase) {
        path.check()
    }

    @Test(
        "Loose words and numbers keep their spelling",
        arguments: [
            PathCase("a", in: #"{"a":nan}"#, .value(.number, "nan", text: "NaN")),
            PathCase("a", in: #"{"a":Infinity}"#, .value(.number, "Infinity", text: "+Inf")),
            PathCase("a", in: #"{"a":+5}"#, .value(.number, "+5", text: "5")),
            PathCase("a", in: #"{"a":nul}"#, .value(.null, "nul", text: "")),
            PathCase("a", in: #"{"a":truey}"#, .value(.true, "truey", text: "true")),
            PathCase("a", in: #"{"a":t}"#, .value(.true, "t", text: "true")),
            PathCase("a", in: #"{"a":1.2.3}"#, .value(.number, "1.2.3", text: "0")),
            PathCase("a", in: #"{"a":0x1p4}"#, .value(.number, "0x1p4", text: "16")),
            PathCase("a", in: #"{"a":1_000}"#, .value(.number, "1_000", text: "1000")),
            PathCase("a", in: #"{"a":1e999}"#, .value(.number, "1e999", text: "+Inf")),
            PathCase("a", in: #"{"a":-}"#, .number("-")),
            PathCase("a", in: #"{"a":01}"#, .number("01")),
            PathCase("a", in: #"{"a":1"b":2}"#, .value(.number, #"1"b":2"#, text: "0")),
            PathCase("0", in: "[n]", .value(.number, "n", text: "0")),
            PathCase("@reverse", in: "[nope]", .json("[nope]")),
            PathCase("a", in: #"{"a":.5}"#, .number("5")),
            PathCase("a", in: #"{"a":5.}"#, .value(.number, "5.", text: "5")),
        ]
    )
    func looseWordsAndNumbersKeepTheirSpelling(_ path: PathCase) {
        path.check()
    }

    @Test(
        "Broken escapes end the text of a string",
        arguments: [
            PathCase("a", in: #"{"a":"x\qy"}"#, .value(.string, #""x\qy""#, text: "x")),
            PathCase("a", in: #"{"a":"x\u12"}"#, .value(.string, #""x\u12""#, text: "x")),
            PathCase("a", in: #"{"a":"\uZZZZ"}"#, .value(.string, #""\uZZZZ""#, text: "\u{0}")),
            PathCase("a", in: #"{"a":"\ud83d\u0041"}"#, .value(.string, #""\ud83d\u0041""#, text: "�")),
            PathCase("a", in: #"{"a":"a\nb\#u{1}c"}"#, .value(.string, #""a\nb\#u{1}c""#, text: "a\nb")),
            PathCase("a", in: #"{"a":"raw\#u{1}"}"#, .string("raw\u{1}")),
            PathCase("a", in: #"{"a\qb":1}"#, .number("1")),
            PathCase("a", in: #"{"\u0061":1}"#, .number("1")),
        ]
    )
    func brokenEscapesEndTheTextOfAString(_ path: PathCase) {
        path.check()
    }

    @Test(
        "Modifiers answer something for anything",
        arguments: [
            PathCase("@pretty", in: #"{"a":[1,2"#, .json(#"{\#n  "a": [1, 2\#n"#)),
            PathCase("@reverse", in: "[1,2", .json("[2,1]")),
            PathCase("@pretty", in: #"{"a"}"#, .json(#"{\#n  "a": \#n"#)),
            PathCase("@keys", in: #"{"a":1,"#, .json(#"["a"]"#)),
            PathCase("@values", in: #"{"a":1,"b""#, .json("[1]")),
            PathCase("@join", in: #"[{"a":1},{"b""#, .json(#"{"a":1}"#)),
            PathCase("@group", in: #"{"a":[1,{"#, .json(#"[{"a":1},{"a":{}]"#)),
            PathCase("@flatten", in: "[[1", .json("[]")),
            PathCase(#"@pretty:{"sortKeys":true}"#, in: #"{"b":1,"a""#, .json(#"{\#n  "b": 1,\#n  "a": \#n"#)),
            PathCase("@tostr", in: #""x"#, .value(.string, #""\"x""#, text: #""x"#)),
            PathCase("@fromstr", in: #""x"#, .missing),
            PathCase("@valid", in: "tru", .missing),
            PathCase("@dig:a", in: #"{"a":{"a""#, .json(#"[{"a"]"#)),
            PathCase("@ugly", in: #"" "x"#, .string(" ")),
        ]
    )
    func modifiersAnswerSomethingForAnything(_ path: PathCase) {
        path.check()
    }
}
