import GJSON
import Testing

struct DotPathTests {
    @Test(
        "Dots descend into objects and arrays",
        arguments: [
            PathCase("name", .json(#"{"first": "Tom", "last": "Anderson"}"#)),
            PathCase("name.first", .string("Tom")),
            PathCase("name.last", .string("Anderson")),
            PathCase("age", .number("37")),
            PathCase("children", .json(#"["Sara","Alex","Jack"]"#)),
            PathCase("children.0", .string("Sara")),
            PathCase("children.2", .string("Jack")),
            PathCase("friends.1", .json(#"{"first": "Roger", "last": "Craig", "age": 68, "nets": ["fb", "tw"]}"#)),
            PathCase("friends.1.first", .string("Roger")),
            PathCase("friends.2.nets.1", .string("tw")),
            PathCase("friends.0.nets", .json(#"["ig", "fb", "tw"]"#)),
            PathCase(#"fav\.movie"#, .string("Deer Hunter")),
        ]
    )
    func dotsDescendIntoObjectsAndArrays(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "What is not there does not exist",
        arguments: [
            PathCase("missing", .missing),
            PathCase("name.missing", .missing),
            PathCase("name.first.deeper", .missing),
            PathCase("age.x", .missing),
            PathCase("children.3", .missing),
            PathCase("children.-1", .missing),
            PathCase("children.01x", .missing),
            PathCase("children.first", .missing),
            PathCase("friends.9.first", .missing),
            PathCase("friends.0.nets.0.0", .missing),
            PathCase("", .missing),
            PathCase("name.", .missing),
            PathCase("name..first", .missing),
            PathCase(".name", .missing),
        ]
    )
    func whatIsNotThereDoesNotExist(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Every kind of value is found as it stands",
        arguments: [
            PathCase("zero", .number("0")),
            PathCase("int", .number("42")),
            PathCase("negative", .number("-7")),
            PathCase("fraction", .value(.number, "1.50", text: "1.5")),
            PathCase("exponent", .value(.number, "1e3", text: "1000")),
            PathCase("big", .number("123456789012345678901234567890")),
            PathCase("tiny", .value(.number, "1.5e-7", text: "0.00000015")),
            PathCase("yes", .true),
            PathCase("no", .false),
            PathCase("none", .null),
            PathCase("empty", .string("")),
            PathCase("text", .string("plain")),
            PathCase("object", .json("{}")),
            PathCase("array", .json("[]")),
            PathCase("nested.a.b", .json(#"{"c":[[1,2],[3,[4]]]}"#)),
            PathCase("nested.a.b.c.0.1", .number("2")),
            PathCase("nested.a.b.c.1.1.0", .number("4")),
            PathCase("nested.a.b.c.00001.0", .number("3")),
            PathCase("none.x", .missing),
            PathCase("object.x", .missing),
            PathCase("array.0", .missing),
        ]
    )
    func everyKindOfValueIsFoundAsItStands(_ path: PathCase) {
        path.check(in: Document.scalars)
    }

    @Test(
        "Pipes and dots differ only after #",
        arguments: [
            PathCase("friends|0|first", .string("Dale")),
            PathCase("friends.0|first", .string("Dale")),
            PathCase("friends|0.first", .string("Dale")),
            PathCase("friends|#", .number("3")),
            PathCase("name|last", .string("Anderson")),
            PathCase("friends.#.first|0", .string("Dale")),
            PathCase(#"friends.#(last="Murphy")#|first"#, .missing),
            PathCase(#"friends.#(last="Murphy")#.first"#, .json(#"["Dale","Jane"]"#)),
            PathCase(
                #"friends.#(last="Murphy")#|0"#,
                .json(#"{"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]}"#)
            ),
            PathCase(#"friends.#(last="Murphy")#.0"#, .json("[]")),
            PathCase(#"friends.#(last="Murphy")#.#"#, .json("[]")),
            PathCase(#"friends.#(last="Murphy")#|#"#, .number("2")),
            PathCase(#"friends.#(last="Murphy")#|1|nets|@reverse|0"#, .string("tw")),
            PathCase("missing|name", .missing),
            PathCase("|name", .missing),
            PathCase("name|", .missing),
        ]
    )
    func pipesAndDotsDifferOnlyAfterHash(_ path: PathCase) {
        path.check(in: Document.people)
    }
}
