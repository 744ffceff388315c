import GJSON
import Testing

struct PrettyModifierTests {
    @Test(
        "Pretty puts members on lines",
        arguments: [
            PathCase(
                "nested.@pretty",
                .json(#"{\#n  "a": {\#n    "b": {\#n      "c": [[1, 2], [3, [4]]]\#n    }\#n  }\#n}\#n"#)
            ),
            PathCase("object.@pretty", .json("{}\n")),
            PathCase("array.@pretty", .json("[]\n")),
            PathCase("int.@pretty", .number("42")),
            PathCase("text.@pretty", .string("plain")),
            PathCase("nested.a.b.c.@pretty", .json("[[1, 2], [3, [4]]]\n")),
            PathCase("missing.@pretty", .missing),
        ]
    )
    func prettyPutsMembersOnLines(_ path: PathCase) {
        path.check(in: Document.scalars)
    }

    @Test(
        "Pretty takes options",
        arguments: [
            PathCase(
                #"name.@pretty:{"sortKeys":true}"#,
                .json(#"{\#n  "first": "Tom",\#n  "last": "Anderson"\#n}\#n"#)
            ),
            PathCase(
                #"friends.0.@pretty:{"sortKeys":true}"#,
                .json(
                    #"{\#n  "age": 44,\#n  "first": "Dale",\#n  "last": "Murphy",\#n  "nets": ["ig", "fb", "tw"]\#n}\#n"#
                )
            ),
            PathCase(
                #"name.@pretty:{"indent":"\t"}"#,
                .json(#"{\#n\#t"first": "Tom",\#n\#t"last": "Anderson"\#n}\#n"#)
            ),
            PathCase(#"name.@pretty:{"indent":"xx"}"#, .json(#"{\#n"first": "Tom",\#n"last": "Anderson"\#n}\#n"#)),
            PathCase(
                #"name.@pretty:{"prefix":"  "}"#,
                .json(#"{\#n    "first": "Tom",\#n    "last": "Anderson"\#n  }\#n"#)
            ),
            PathCase(#"friends.0.nets.@pretty:{"width":5}"#, .json(#"[\#n  "ig",\#n  "fb",\#n  "tw"\#n]\#n"#)),
            PathCase(#"friends.0.nets.@pretty:{"width":0}"#, .json(#"[\#n  "ig",\#n  "fb",\#n  "tw"\#n]\#n"#)),
            PathCase(#"children.@pretty:{"width":-1}"#, .json(#"[\#n  "Sara",\#n  "Alex",\#n  "Jack"\#n]\#n"#)),
            PathCase(#"friends.@pretty:{"sortKeys":true,"width":20}.0.age"#, .number("44")),
            PathCase(
                #"@pretty:{"sortKeys":true}"#,
                .json(
                    #"{\#n  "age": 37,\#n  "children": ["Sara", "Alex", "Jack"],\#n  "fav.movie": "Deer Hunter",\#n  "friends": [\#n    {\#n      "age": 44,\#n      "first": "Dale",\#n      "last": "Murphy",\#n      "nets": ["ig", "fb", "tw"]\#n    },\#n    {\#n      "age": 68,\#n      "first": "Roger",\#n      "last": "Craig",\#n      "nets": ["fb", "tw"]\#n    },\#n    {\#n      "age": 47,\#n      "first": "Jane",\#n      "last": "Murphy",\#n      "nets": ["ig", "tw"]\#n    }\#n  ],\#n  "name": {\#n    "first": "Tom",\#n    "last": "Anderson"\#n  }\#n}\#n"#
                )
            ),
        ]
    )
    func prettyTakesOptions(_ path: PathCase) {
        path.check(in: Document.people)
    }
}
