import GJSON
import Testing

struct RestructuringModifierTests {
    @Test(
        "Flatten lifts nested arrays",
        arguments: [
            PathCase("@flatten", .json(#"[1,2,3,4,5,[6,[7]],{"a":[8]}]"#)),
            PathCase(#"@flatten:{"deep":true}"#, .json(#"[1,2,3,4,5,6,7,{"a":[8]}]"#)),
            PathCase(#"@flatten:{"deep":false}"#, .json(#"[1,2,3,4,5,[6,[7]],{"a":[8]}]"#)),
            PathCase("@flatten.#", .number("7")),
            PathCase("@flatten|4", .number("5")),
            PathCase("@flatten.@flatten", .json(#"[1,2,3,4,5,6,[7],{"a":[8]}]"#)),
            PathCase(#"@flatten:{"deep":1}"#, .json(#"[1,2,3,4,5,6,7,{"a":[8]}]"#)),
            PathCase("5.@flatten", .json(#"{"a":[8]}"#)),
            PathCase("3.@flatten", .json("[5,6,[7]]")),
            PathCase("@flatten:true", .json(#"[1,2,3,4,5,[6,[7]],{"a":[8]}]"#)),
        ]
    )
    func flattenLiftsNestedArrays(_ path: PathCase) {
        path.check(in: Document.deep)
    }

    @Test(
        "Join merges objects",
        arguments: [
            PathCase("@join", .json(#"{"first":"Ann","age":41,"city":"Rome"}"#)),
            PathCase(
                #"@join:{"preserve":true}"#,
                .json(#"{"first":"Tom","age":37,"age":41,"city":"Rome","first":"Ann"}"#)
            ),
            PathCase("@join.age", .number("41")),
            PathCase(#"@join:{"preserve":true}.age"#, .number("37")),
            PathCase("0.@join", .json(#"{"first":"Tom","age":37}"#)),
            PathCase("@reverse.@join", .json(#"{"first":"Tom","age":37,"city":"Rome"}"#)),
            PathCase("2.@join", .number("5")),
        ]
    )
    func joinMergesObjects(_ path: PathCase) {
        path.check(in: Document.parts)
    }

    @Test(
        "Group turns columns into rows",
        arguments: [
            PathCase("@group", .json(#"[{"id":"a","n":1,"short":true},{"id":"b","n":2},{"id":"c","n":3}]"#)),
            PathCase("@group.1", .json(#"{"id":"b","n":2}"#)),
            PathCase("@group.#.id", .json(#"["a","b","c"]"#)),
            PathCase("id.@group", .missing),
            PathCase("@group.#", .number("3")),
            PathCase("@this.@group.0.short", .true),
        ]
    )
    func groupTurnsColumnsIntoRows(_ path: PathCase) {
        path.check(in: Document.columns)
    }

    @Test(
        "Dig searches at every depth",
        arguments: [
            PathCase("@dig:id", .json(#"[1,2,3,{"id":4},4]"#)),
            PathCase("@dig:name", .json(#"["x"]"#)),
            PathCase("@dig:kids.#", .json("[2,1]")),
            PathCase("@dig:missing", .json("[]")),
            PathCase("@dig:id|0", .number("1")),
            PathCase("@dig:#(id)", .json(#"[{"id":2,"kids":[{"id":3}]},{"id":3}]"#)),
            PathCase("kids.@dig:id", .json("[2,3]")),
            PathCase("@dig", .json("[]")),
            PathCase("@dig:id.id", .json("[4]")),
        ]
    )
    func digSearchesAtEveryDepth(_ path: PathCase) {
        path.check(in: Document.tree)
    }
}
