import GJSON
import Testing

struct ReferencePathTests {
    @Test(
        "Paths for cache keys read chat requests and answers",
        arguments: [
            PathCase("messages.@reverse.0.content", .null),
            PathCase(
                "messages.@reverse.1.content",
                .value(.string, #""Second \"quoted\"?""#, text: #"Second "quoted"?"#)
            ),
            PathCase("choices.0.message.content", .string("Done.")),
            PathCase("choices.0.delta.content", .string("Do")),
            PathCase("choices.0.delta.content.tool_calls", .missing),
            PathCase(
                #"messages.@reverse.#(role=="user").content"#,
                .value(.string, #""Second \"quoted\"?""#, text: #"Second "quoted"?"#)
            ),
            PathCase(#"messages.@reverse.#(role=="user")#.content"#, .json(#"["Second \"quoted\"?","First?"]"#)),
            PathCase(#"messages.@reverse.#(role=="user")#.content|1"#, .string("First?")),
            PathCase(#"messages.@reverse.#(role=="user")#.content|9"#, .missing),
            PathCase(#"messages.#(role=="system").content"#, .string("Be brief.")),
            PathCase("messages.#.role", .json(#"["system","user","assistant","user","assistant"]"#)),
            PathCase("messages.#", .number("5")),
            PathCase("model", .string("gpt-4o")),
            PathCase("stream", .true),
            PathCase(#"messages.#(content%"*quoted*").role"#, .string("user")),
            PathCase(#"{model,"last":messages.@reverse.0.role}"#, .json(#"{"model":"gpt-4o","last":"assistant"}"#)),
            PathCase(#"messages.@reverse.#(role!="user")#.role"#, .json(#"["assistant","assistant","system"]"#)),
            PathCase(
                #"[model,messages.#(role=="user")#.content]"#,
                .json(#"["gpt-4o",["First?","Second \"quoted\"?"]]"#)
            ),
            PathCase(#"messages.@reverse.#(role=="tool").content"#, .missing),
            PathCase("messages.@reverse.@this.0.role", .string("assistant")),
        ]
    )
    func pathsForCacheKeysReadChatRequestsAndAnswers(_ path: PathCase) {
        path.check(in: Document.chat)
    }
}
