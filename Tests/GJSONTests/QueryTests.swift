import GJSON
import Testing

struct QueryTests {
    @Test(
        "Queries find the first match",
        arguments: [
            PathCase(#"friends.#(last=="Murphy").first"#, .string("Dale")),
            PathCase(#"friends.#(last="Murphy").first"#, .string("Dale")),
            PathCase(#"friends.#(first=="Roger").age"#, .number("68")),
            PathCase("friends.#(age>45).first", .string("Roger")),
            PathCase("friends.#(age>=68).first", .string("Roger")),
            PathCase("friends.#(age<45).first", .string("Dale")),
            PathCase("friends.#(age<=44).last", .string("Murphy")),
            PathCase("friends.#(age!=44).first", .string("Roger")),
            PathCase(#"friends.#(last!="Murphy").first"#, .string("Roger")),
            PathCase(#"friends.#(first%"D*").last"#, .string("Murphy")),
            PathCase(#"friends.#(first!%"D*").last"#, .string("Craig")),
            PathCase(#"friends.#(first%"J?ne").age"#, .number("47")),
            PathCase(#"friends.#(last=="Nobody").first"#, .missing),
            PathCase(
                #"friends.#(last=="Murphy")"#,
                .json(#"{"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]}"#)
            ),
            PathCase(#"friends.#( last == "Murphy" ).age"#, .number("44")),
            PathCase("friends.#(last==Murphy).age", .number("44")),
            PathCase(#"friends.#(first>"E").first"#, .string("Roger")),
            PathCase(#"friends.#(first<"E").first"#, .string("Dale")),
            PathCase(#"friends.#(first>="Jane").first"#, .string("Roger")),
            PathCase(#"friends.#(first<="Dale").first"#, .string("Dale")),
        ]
    )
    func queriesFindTheFirstMatch(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Queries with # find all matches",
        arguments: [
            PathCase(#"friends.#(last=="Murphy")#.first"#, .json(#"["Dale","Jane"]"#)),
            PathCase("friends.#(age>45)#.last", .json(#"["Craig","Murphy"]"#)),
            PathCase("friends.#(age>100)#", .json("[]")),
            PathCase("friends.#(age>100)#.first", .json("[]")),
            PathCase(#"friends.#(first%"*e")#.age"#, .json("[44,47]")),
            PathCase("friends.#(nets)#.first", .json(#"["Dale","Roger","Jane"]"#)),
            PathCase("friends.#(missing)#.first", .json("[]")),
            PathCase(#"friends.#(last=="Murphy")#.nets.0"#, .json(#"["ig","ig"]"#)),
            PathCase(#"friends.#(last=="Murphy")#.nets.#"#, .json("[3,2]")),
            PathCase(#"friends.#(last=="Murphy")#.{first}"#, .json(#"[{"first":"Dale"},{"first":"Jane"}]"#)),
            PathCase(#"friends.#(last=="Murphy")#.missing"#, .json("[]")),
        ]
    )
    func queriesWithHashFindAllMatches(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Elements themselves can be compared",
        arguments: [
            PathCase(#"children.#(!%"*a*")"#, .string("Alex")),
            PathCase(#"children.#(%"*a*")#"#, .json(#"["Sara","Jack"]"#)),
            PathCase(#"children.#(=="Alex")"#, .string("Alex")),
            PathCase(#"children.#(!="Alex")#"#, .json(#"["Sara","Jack"]"#)),
            PathCase(#"children.#(>"B")#"#, .json(#"["Sara","Jack"]"#)),
            PathCase(#"children.#(%"????")#|#"#, .number("3")),
            PathCase("children.#()", .string("Sara")),
            PathCase("children.#()#", .json(#"["Sara","Alex","Jack"]"#)),
        ]
    )
    func elementsThemselvesCanBeCompared(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Comparisons depend on the kind of value",
        arguments: [
            PathCase("#(==1)", .number("1")),
            PathCase("#(==true)", .true),
            PathCase("#(==false)", .false),
            PathCase(#"#(=="two")"#, .string("two")),
            PathCase(#"#(=="two")#"#, .json(#"["two","two"]"#)),
            PathCase("#(!=1)#", .json(#"["two",true,false,2.5,"","two"]"#)),
            PathCase("#(>0)#", .json(#"[1,"two",2.5,"two"]"#)),
            PathCase("#(<2)#", .json(#"[1,""]"#)),
            PathCase("#(>=true)#", .json(#"[1,"two",true,2.5,"two"]"#)),
            PathCase("#(<=false)#", .json(#"[false,""]"#)),
            PathCase("#(>false)#", .json(#"[1,"two",true,2.5,"two"]"#)),
            PathCase("#(<true)#", .json(#"[false,""]"#)),
            PathCase("#(==null)", .missing),
            PathCase("#(k)", .json(#"{"k":"v","n":1}"#)),
            PathCase(#"#(k=="v").n"#, .number("1")),
            PathCase(#"#(%"t*")#"#, .json(#"["two","two"]"#)),
            PathCase(#"#(!%"t*")#"#, .json(#"[""]"#)),
            PathCase(#"#(=="")#"#, .json(#"[""]"#)),
            PathCase("#(n==1).k", .string("v")),
            PathCase("#(!1)#", .json(#"[1,"two",true,false,null,2.5,"","two"]"#)),
        ]
    )
    func comparisonsDependOnTheKindOfValue(_ path: PathCase) {
        path.check(in: Document.mixed)
    }

    @Test(
        "Tilde compares truth",
        arguments: [
            PathCase("vals.#(b==~true)#.a", .json("[2,6,7,8]")),
            PathCase("vals.#(b==~false)#.a", .json("[3,4,5,9,10,11]")),
            PathCase("vals.#(b==~null)#.a", .json("[10,11]")),
            PathCase("vals.#(b==~*)#.a", .json("[1,2,3,4,5,6,7,8,9,10]")),
            PathCase("vals.#(b!=~*)#.a", .json("[11]")),
            PathCase("vals.#(b!=~true)#.a", .json("[1,3,4,5,9,10,11]")),
            PathCase("vals.#(b==~other)#.a", .json("[]")),
            PathCase("vals.#(b>~false)#.a", .json("[]")),
            PathCase("vals.#(b>=~true)#.a", .json("[2,6,7,8]")),
            PathCase("vals.#(b<~true)#.a", .json("[1,3,4,5,9,10,11]")),
            PathCase(#"vals.#(b=="~true")#.a"#, .json("[2,6,7,8]")),
            PathCase("vals.#(b~true)#.a", .json("[]")),
        ]
    )
    func tildeComparesTruth(_ path: PathCase) {
        path.check(in: Document.truths)
    }

    @Test(
        "Queries nest and keep the old brackets",
        arguments: [
            PathCase(#"friends.#(nets.#(=="fb"))#.first"#, .json(#"["Dale","Roger"]"#)),
            PathCase(#"friends.#(nets.#(=="ig"))#.first"#, .json(#"["Dale","Jane"]"#)),
            PathCase(#"friends.#(nets.#(=="xx"))#.first"#, .json("[]")),
            PathCase(#"friends.#(nets.#=="2").first"#, .string("Roger")),
            PathCase("friends.#(nets.#==2)#.first", .json(#"["Roger","Jane"]"#)),
            PathCase(#"friends.#[last=="Murphy"].first"#, .string("Dale")),
            PathCase(#"friends.#[last=="Murphy"]#.first"#, .json(#"["Dale","Jane"]"#)),
            PathCase(#"friends.#[nets.#(=="fb")]#.first"#, .json(#"["Dale","Roger"]"#)),
            PathCase(#"friends.#(nets.@reverse.0=="tw")#.first"#, .json(#"["Dale","Roger","Jane"]"#)),
            PathCase("friends.#({first,age}.age>45)#.first", .json(#"["Roger","Jane"]"#)),
            PathCase(#"friends.#(age>45)#.nets.#(%"t*")"#, .json(#"["tw","tw"]"#)),
            PathCase(#"friends.#(nets|1=="fb").first"#, .string("Dale")),
        ]
    )
    func queriesNestAndKeepTheOldBrackets(_ path: PathCase) {
        path.check(in: Document.people)
    }

    @Test(
        "Quoted values may hold anything",
        arguments: [
            PathCase(#"@values.#(=="a\nb")"#, .value(.string, #""a\nb""#, text: "a\nb")),
            PathCase(#"@values.#(=="say \"hi\"")"#, .value(.string, #""say \"hi\"""#, text: #"say "hi""#)),
            PathCase(#"@values.#(%"*\\dir")"#, .value(.string, #""c:\\dir""#, text: #"c:\dir"#)),
            PathCase(#"@values.#(=="<a&b>")"#, .string("<a&b>")),
            PathCase(#"@values.#(%"*)")"#, .missing),
            PathCase(#"@values.#(=="a/b")"#, .value(.string, #""a\/b""#, text: "a/b")),
        ]
    )
    func quotedValuesMayHoldAnything(_ path: PathCase) {
        path.check(in: Document.strings)
    }

    @Test(
        "Unfinished queries find nothing",
        arguments: [
            PathCase("friends.#(", .missing),
            PathCase("friends.#(last", .missing),
            PathCase(#"friends.#(last=="Murphy""#, .missing),
            PathCase(#"friends.#(last=="Mur)"#, .missing),
            PathCase(
                "friends.#[last)",
                .json(#"{"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]}"#)
            ),
            PathCase("friends.#(last==)", .missing),
            PathCase("friends.#(==).first", .missing),
            PathCase("friends.#)", .missing),
            PathCase(#"friends.#(last=="Murphy")x.first"#, .string("Dale")),
        ]
    )
    func unfinishedQueriesFindNothing(_ path: PathCase) {
        path.check(in: Document.people)
    }
}
