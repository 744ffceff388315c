import GJSON
import Testing

struct ArrayPathTests {
    @Test(
        "Indexes select elements of every kind",
        arguments: [
            PathCase("0", .number("1")),
            PathCase("1", .string("two")),
            PathCase("2", .true),
            PathCase("3", .false),
            PathCase("4", .null),
            PathCase("5", .json(#"{"k":"v","n":1}"#)),
            PathCase("6", .json("[7,8,[9]]")),
            PathCase("7", .number("2.5")),
            PathCase("8", .string("")),
            PathCase("10", .missing),
            PathCase("5.k", .string("v")),
            PathCase("6.2.0", .number("9")),
            PathCase("6|1", .number("8")),
            PathCase("18446744073709551617", .string("two")),
        ]
    )
    func indexesSelectElementsOfEveryKind(_ path: PathCase) {
        path.check(in: Document.mixed)
    }

    @Test(
        "Hash counts elements",
        arguments: [
            PathCase("friends.#", .number("3")),
            PathCase("children.#", .number("3")),
            PathCase("children|#", .number("3")),
            PathCase("friends.0.nets.#", .number("3")),
            PathCase("age.#", .missing),
            PathCase("name.#", .missing),
            PathCase("missing.#", .missing),
            PathCase("friends.##", .missing),
            PathCase("friends.1#", .missing),
            PathCase("friends.#x", .missing),
        ]
    )
    func hashCountsElements(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Hash with a path collects from every element",
        arguments: [
            PathCase("friends.#.age", .json("[44,68,47]")),
            PathCase("friends.#.first", .json(#"["Dale","Roger","Jane"]"#)),
            PathCase("friends.#.nets", .json(#"[["ig", "fb", "tw"],["fb", "tw"],["ig", "tw"]]"#)),
            PathCase("friends.#.nets.#", .json("[3,2,2]")),
            PathCase("friends.#.nets.0", .json(#"["ig","fb","ig"]"#)),
            PathCase("friends.#.missing", .json("[]")),
            PathCase("friends.#.nets.#.x", .json("[[],[],[]]")),
            PathCase("children.#.x", .json("[]")),
            PathCase("friends.#.nets|0.1", .string("fb")),
            PathCase(
                "friends.#.{first,age}",
                .json(#"[{"first":"Dale","age":44},{"first":"Roger","age":68},{"first":"Jane","age":47}]"#)
            ),
            PathCase("friends.#.[age]", .json("[[44],[68],[47]]")),
            PathCase("friends.#.@this|#", .number("3")),
            PathCase("friends.#.name.first", .json("[]")),
            PathCase("friends.#.", .json("[]")),
        ]
    )
    func hashWithAPathCollectsFromEveryElement(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Hash applies to the root",
        arguments: [
            PathCase("#", .number("10")),
            PathCase("#.k", .json(#"["v"]"#)),
            PathCase("#.#", .json("[3]")),
            PathCase("#.0", .json("[7]")),
            PathCase("@this.#", .number("10")),
            PathCase("@this|#", .number("10")),
        ]
    )
    func hashAppliesToTheRoot(_ path: PathCase) {
        path.check(in: Document.mixed)
    }
}
