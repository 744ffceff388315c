import GJSON
import Testing

struct MultipathTests {
    @Test(
        "Braces build objects",
        arguments: [
            PathCase("{name.first,age}", .json(#"{"first":"Tom","age":37}"#)),
            PathCase(
                #"{name.first,age,"the_murphys":friends.#(last="Murphy")#.first}"#,
                .json(#"{"first":"Tom","age":37,"the_murphys":["Dale","Jane"]}"#)
            ),
            PathCase(#"{"a":age,"b":missing}"#, .json(#"{"a":37}"#)),
            PathCase("{first:name.first}", .json(#"{"first":"Tom"}"#)),
            PathCase(#"{"n":name.first}.n"#, .string("Tom")),
            PathCase("{age}|age", .number("37")),
            PathCase("name.{first,last}", .json(#"{"first":"Tom","last":"Anderson"}"#)),
            PathCase(#"name.{"f":first}"#, .json(#"{"f":"Tom"}"#)),
            PathCase("friends.0.{first,nets.0}", .json(#"{"first":"Dale","0":"ig"}"#)),
            PathCase(
                #"friends.#.{first,"net":nets.0}"#,
                .json(#"[{"first":"Dale","net":"ig"},{"first":"Roger","net":"fb"},{"first":"Jane","net":"ig"}]"#)
            ),
            PathCase("{friends.#}", .json(#"{"_":3}"#)),
            PathCase("{friends.#(age>45)#.first}", .json(#"{"first":["Roger","Jane"]}"#)),
            PathCase("{}", .json("{}")),
            PathCase("{missing}", .json("{}")),
            PathCase(#"{"x y":age}"#, .json(#"{"x y":37}"#)),
            PathCase(#"{"bad:age}"#, .missing),
            PathCase("{<:age}", .json(#"{"\u003c":37}"#)),
            PathCase("{age,age}", .json(#"{"age":37,"age":37}"#)),
            PathCase("{name.{first}}", .json(#"{"_":{"first":"Tom"}}"#)),
            PathCase(#"{"o":{"i":age}}"#, .json(#"{"o":{"i":37}}"#)),
        ]
    )
    func bracesBuildObjects(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Brackets build arrays",
        arguments: [
            PathCase("[age,name.first]", .json(#"[37,"Tom"]"#)),
            PathCase("[age,missing,name.last]", .json(#"[37,"Anderson"]"#)),
            PathCase("[age,[age,[age]]]", .json("[37,[37,[37]]]")),
            PathCase("[]", .json("[]")),
            PathCase("[missing]", .json("[]")),
            PathCase("[friends.0.first,friends.1.first].1", .string("Roger")),
            PathCase("[children.0,children.@reverse.0]", .json(#"["Sara","Jack"]"#)),
            PathCase("[age].0", .number("37")),
            PathCase("[friends.#.age,children]|1.0", .string("Sara")),
            PathCase("children.[0,2]", .json(#"["Sara","Jack"]"#)),
            PathCase("friends.#.[first,last]", .json(#"[["Dale","Murphy"],["Roger","Craig"],["Jane","Murphy"]]"#)),
            PathCase("[{name.first},{age}]", .json(#"[{"first":"Tom"},{"age":37}]"#)),
        ]
    )
    func bracketsBuildArrays(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Multipaths combine with modifiers and pipes",
        arguments: [
            PathCase(#"{"r":children.@reverse}"#, .json(#"{"r":["Jack","Alex","Sara"]}"#)),
            PathCase(#"{"r":children.@reverse.0,age}"#, .json(#"{"r":"Jack","age":37}"#)),
            PathCase(#"[children.@pretty:{"width":0},age].1"#, .number("37")),
            PathCase("[age,age].@reverse", .json("[37,37]")),
            PathCase(#"{age,"k":name.@keys}.@values"#, .json(#"[37,["first","last"]]"#)),
            PathCase("{friends|@reverse|0|first}", .json(#"{"first":"Jane"}"#)),
            PathCase(#"friends.{"all":#.first,"n":#}"#, .json(#"{"all":["Dale","Roger","Jane"],"n":3}"#)),
            PathCase(#"[name,{"age":age}].@join.@keys"#, .json(#"["first","last","age"]"#)),
        ]
    )
    func multipathsCombineWithModifiersAndPipes(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Multipaths that do not close or go on are keys",
        arguments: [
            PathCase("{age", .missing),
            PathCase("[age", .missing),
            PathCase("{age}x", .missing),
            PathCase("[age]age", .number("37")),
            PathCase("{age)", .json(#"{"age":37}"#)),
            PathCase("[age}", .json("[37]")),
            PathCase("{age}.", .missing),
            PathCase(#"{"age""#, .missing),
            PathCase(#"{a\,b}"#, .json("{}")),
        ]
    )
    func multipathsThatDoNotCloseOrGoOnAreKeys(_ path: PathCase) {
        path.check(in: Document.people)
    }
}
