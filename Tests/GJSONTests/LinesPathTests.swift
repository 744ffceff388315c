import GJSON
import Testing

struct LinesPathTests {
    @Test(
        "Two dots read JSON lines",
        arguments: [
            PathCase("..#", .number("5")),
            PathCase("..0", .json(#"{"name":"Gilbert","age":61}"#)),
            PathCase("..1", .json(#"{"name":"Alexa","age":34}"#)),
            PathCase("..1.name", .string("Alexa")),
            PathCase("..#.name", .json(#"["Gilbert","Alexa","May"]"#)),
            PathCase("..#.age", .json("[61,34,57]")),
            PathCase(#"..#(name="May").age"#, .number("57")),
            PathCase("..#(age>50)#.name", .json(#"["Gilbert","May"]"#)),
            PathCase("..3.0", .string("x")),
            PathCase("..4", .string("plain")),
            PathCase("..5", .missing),
            PathCase("..", .missing),
            PathCase("...", .missing),
            PathCase("..name", .missing),
            PathCase("..@reverse", .missing),
            PathCase("..#.name|@reverse|0", .string("May")),
            PathCase("..0.name|@tostr", .value(.string, #""\"Gilbert\"""#, text: #""Gilbert""#)),
            PathCase("..#.#", .json("[2]")),
            PathCase("name", .string("Gilbert")),
            PathCase(#"{..0.name,"n":..#}"#, .json(#"{"name":"Gilbert","n":5}"#)),
        ]
    )
    func twoDotsReadJSONLines(_ path: PathCase) {
        path.check(in: Document.lines)
    }
}
