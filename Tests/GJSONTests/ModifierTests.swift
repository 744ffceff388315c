import GJSON
import Testing

struct ModifierTests {
    @Test(
        "Reverse turns arrays and objects around",
        arguments: [
            PathCase("children.@reverse", .json(#"["Jack","Alex","Sara"]"#)),
            PathCase("children.@reverse.0", .string("Jack")),
            PathCase("children|@reverse|2", .string("Sara")),
            PathCase("children.@reverse.3", .missing),
            PathCase("name.@reverse", .json(#"{"last":"Anderson","first":"Tom"}"#)),
            PathCase("age.@reverse", .number("37")),
            PathCase("children.@reverse.@reverse", .json(#"["Sara","Alex","Jack"]"#)),
            PathCase("friends.@reverse.#.first", .json(#"["Jane","Roger","Dale"]"#)),
            PathCase("friends.@reverse.#", .number("3")),
            PathCase("friends.@reverse.0.nets.@reverse.0", .string("tw")),
            PathCase(#"friends.@reverse.#(last=="Murphy").first"#, .string("Jane")),
            PathCase(#"friends.@reverse.#(last=="Murphy")#.first"#, .json(#"["Jane","Dale"]"#)),
            PathCase(#"friends.@reverse.#(last=="Murphy")#|1.first"#, .string("Dale")),
            PathCase("friends.@reverse.1|first", .string("Roger")),
            PathCase("missing.@reverse", .missing),
            PathCase("children.@reverse.x", .missing),
            PathCase("friends.@reverse.0.missing", .missing),
            PathCase("friends.@reverse.0.first.x", .missing),
            PathCase("friends.@reverse.9|@tostr", .string("")),
        ]
    )
    func reverseTurnsArraysAndObjectsAround(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "This and valid hand on what they get",
        arguments: [
            PathCase("@this.age", .number("37")),
            PathCase("@this|name.first", .string("Tom")),
            PathCase("name.@this", .json(#"{"first": "Tom", "last": "Anderson"}"#)),
            PathCase("@valid.age", .number("37")),
            PathCase("age.@valid", .number("37")),
            PathCase("name.@valid.first", .string("Tom")),
            PathCase(
                "@this:ignored.age",
                .json(
                    #"{\#n  "name": {"first": "Tom", "last": "Anderson"},\#n  "age":37,\#n  "children": ["Sara","Alex","Jack"],\#n  "fav.movie": "Deer Hunter",\#n  "friends": [\#n    {"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]},\#n    {"first": "Roger", "last": "Craig", "age": 68, "nets": ["fb", "tw"]},\#n    {"first": "Jane", "last": "Murphy", "age": 47, "nets": ["ig", "tw"]}\#n  ]\#n}"#
                )
            ),
            PathCase(#"@this:{"x":1}.age"#, .number("37")),
            PathCase(#"@this:"x"|age"#, .number("37")),
            PathCase("missing.@this", .missing),
            PathCase("missing.@valid", .missing),
        ]
    )
    func thisAndValidHandOnWhatTheyGet(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Keys and values list members",
        arguments: [
            PathCase("name.@keys", .json(#"["first","last"]"#)),
            PathCase("name.@values", .json(#"["Tom","Anderson"]"#)),
            PathCase("children.@keys", .json("[null,null,null]")),
            PathCase("children.@values", .json(#"["Sara","Alex","Jack"]"#)),
            PathCase("age.@keys", .json("[null]")),
            PathCase("age.@values", .json("[37]")),
            PathCase("missing.@keys", .json("[]")),
            PathCase("missing.@values", .json("[]")),
            PathCase("friends.0.@keys.2", .string("age")),
            PathCase("@keys.#", .number("5")),
        ]
    )
    func keysAndValuesListMembers(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Tostr and fromstr wrap and unwrap",
        arguments: [
            PathCase("html.@tostr", .value(.string, #""\"\u003ca\u0026b\u003e\"""#, text: #""<a&b>""#)),
            PathCase("newline.@tostr", .value(.string, #""\"a\\nb\"""#, text: #""a\nb""#)),
            PathCase("json.@fromstr", .json(#"{"id":1,"list":[1,2]}"#)),
            PathCase("json.@fromstr.@tostr.@fromstr.id", .number("1")),
            PathCase("emoji.@tostr", .value(.string, #""\"😀\"""#, text: #""😀""#)),
            PathCase("json.@tostr.@fromstr.@fromstr.list", .json("[1,2]")),
            PathCase("missing.@tostr", .string("")),
            PathCase("missing.@fromstr", .missing),
        ]
    )
    func tostrAndFromstrWrapAndUnwrap(_ path: PathCase) {
        path.check(in: Document.strings)
    }

    @Test(
        "Ugly removes white space",
        arguments: [
            PathCase(
                "@ugly",
                .json(
                    #"{"name":{"first":"Tom","last":"Anderson"},"age":37,"children":["Sara","Alex","Jack"],"fav.movie":"Deer Hunter","friends":[{"first":"Dale","last":"Murphy","age":44,"nets":["ig","fb","tw"]},{"first":"Roger","last":"Craig","age":68,"nets":["fb","tw"]},{"first":"Jane","last":"Murphy","age":47,"nets":["ig","tw"]}]}"#
                )
            ),
            PathCase(
                "friends.@ugly",
                .json(
                    #"[{"first":"Dale","last":"Murphy","age":44,"nets":["ig","fb","tw"]},{"first":"Roger","last":"Craig","age":68,"nets":["fb","tw"]},{"first":"Jane","last":"Murphy","age":47,"nets":["ig","tw"]}]"#
                )
            ),
            PathCase("friends.0.@ugly.nets", .json(#"["ig","fb","tw"]"#)),
            PathCase("age.@ugly", .number("37")),
        ]
    )
    func uglyRemovesWhiteSpace(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Unknown modifiers are keys",
        arguments: [
            PathCase("@nope", .missing),
            PathCase("children.@nope", .missing),
            PathCase("children.@nope:x", .missing),
            PathCase("@", .missing),
            PathCase("children.@", .missing),
            PathCase("children.@reversed", .missing),
        ]
    )
    func unknownModifiersAreKeys(_ path: PathCase) {
        path.check(in: Document.people)
    }
}
