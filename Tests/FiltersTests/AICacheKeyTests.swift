import FilterAPI
import Testing

@testable import BundledFilters

@Suite("ai-cache: keys")
struct AICacheKeyTests {
    private func question(_ body: String, _ strategy: KeyStrategy = .lastQuestion, path: String? = nil) throws
        -> String?
    {
        QuestionSource(strategy: strategy, path: path ?? QuestionSource.defaultPath).question(in: try document(body))
    }

    @Test(
        "the last question is the content of the last message",
        arguments: [
            (#"{"messages":[{"role":"user","content":"a"},{"role":"user","content":"b\n\"c\""}]}"#, "b\n\"c\""),
            (#"{"messages":[{"content":42}]}"#, "42"),
            (#"{"messages":[{"content":[ {"type": "text", "text": "hi"} ]}]}"#, #"[{"type":"text","text":"hi"}]"#),
            (#"{"messages":[{"content":""}]}"#, nil), (#"{"messages":[]}"#, nil),
            (#"{"messages":[{"content":null}]}"#, nil),
            (#"{"prompt":"x"}"#, nil), (#"[]"#, nil), (#"{"messages":"x"}"#, nil),
        ]
    )
    func lastQuestion(body: String, text: String?) throws {
        #expect(try self.question(body) == text)
    }

    @Test(
        "the paths of the reference work",
        arguments: [
            (#"messages.@reverse.#(role=="user").content"#, "q2"),
            (#"messages.@reverse.#(role=="user")#.content"#, #"["q2","q1"]"#),
            (#"messages.@reverse.#(role=="user")#.content|1"#, "q1"), ("model", "m"),
        ]
    )
    func referencePaths(path: String, text: String) throws {
        let body =
            #"{"model":"m","messages":[{"role":"user","content":"q1"},{"role":"user","content":"q2"},{"role":"assistant","content":"a"}]}"#
        #expect(try self.question(body, path: path) == text)
    }

    @Test("all questions are the user's messages, one a line")
    func allQuestions() throws {
        let body =
            #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"a"},{"role":"assistant","content":"x"},{"content":[ {"t":1} ],"role":"user"}]}"#
        #expect(try self.question(body, .allQuestions) == "a\n[{\"t\":1}]")
        #expect(try self.question(#"{"messages":[{"role":"system","content":"s"}]}"#, .allQuestions) == nil)
    }

    private func digest(
        _ body: String,
        _ parts: [ScopePart] = [.model, .consumer, .system, .tools, .parameters],
        consumer: String? = nil,
        route: String? = nil,
        headers: HeaderFields = [:],
        member: String = "messages",
        format: String = ""
    ) throws -> String {
        let surroundings = RequestScope.Surroundings(consumer: consumer, route: route, headers: headers, format: format)
        return RequestScope(parts: parts, questionMember: member, form: "record")
            .digest(of: try document(body), surroundings)
    }

    @Test(
        "what does not change the answer does not change the digest",
        arguments: [
            #"{"messages":[{"content":"q","role":"user"}],"temperature":1.0,"model":"m"}"#,
            #"{ "model" : "m", "stream": true, "temperature": 1, "messages": [ {"role":"user","content":"other"} ] }"#,
            #"{"model":"m","temperature":1,"user":"u","metadata":{"a":1},"stream_options":{"include_usage":true},"messages":[]}"#,
            #"{"model":"\u006d","temperature":1e0,"top_p":null,"tools":null,"messages":[]}"#,
        ]
    )
    func sameScope(body: String) throws {
        let plain = #"{"model":"m","messages":[{"role":"user","content":"q"}],"temperature":1}"#
        #expect(try self.digest(body) == self.digest(plain))
    }

    @Test(
        "keys keep models, tenants, prompts, tools and parameters apart",
        arguments: [
            #"{"model":"m2","messages":[{"role":"user","content":"q"}]}"#,
            #"{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"q"}]}"#,
            #"{"model":"m","messages":[{"role":"developer","content":"s"},{"role":"user","content":"q"}]}"#,
            #"{"model":"m","messages":[],"tools":[{"type":"function"}]}"#,
            #"{"model":"m","messages":[],"tool_choice":"none"}"#,
            #"{"model":"m","messages":[],"temperature":0.5}"#, #"{"model":"m","messages":[],"max_tokens":5}"#,
            #"{"model":"m","messages":[],"response_format":{"type":"json_object"}}"#,
            #"{"model":"m","messages":[],"seed":1}"#,
            #"{"messages":[]}"#, #"{"model":"m","messages":[],"anything_new":true}"#,
        ]
    )
    func otherScope(body: String) throws {
        let plain = #"{"model":"m","messages":[{"role":"user","content":"q"}]}"#
        #expect(try self.digest(body) != self.digest(plain))
    }

    @Test("consumer, route and header fields count when they are listed")
    func surroundings() throws {
        let body = #"{"model":"m","messages":[]}"#
        #expect(try self.digest(body, consumer: "alice") != self.digest(body, consumer: "bob"))
        #expect(try self.digest(body, consumer: "") != self.digest(body))
        #expect(try self.digest(body, [.model], consumer: "alice") == self.digest(body, [.model], consumer: "bob"))
        #expect(try self.digest(body, [.route], route: "a") != self.digest(body, [.route], route: "b"))
        let parts: [ScopePart] = [.header("x-tenant")]
        #expect(
            try self.digest(body, parts, headers: ["x-tenant": "1"])
                != self.digest(body, parts, headers: ["X-Tenant": "2"])
        )
        #expect(try self.digest(body, [.model, .route]) == self.digest(body, [.route, .model, .route]))
    }

    @Test("the format counts whatever is listed")
    func format() throws {
        let body = #"{"model":"m","messages":[]}"#
        for parts in [[.model, .consumer], [.history]] as [[ScopePart]] {
            #expect(try self.digest(body, parts, format: "/v1/messages") != self.digest(body, parts))
            #expect(
                try self.digest(body, parts, format: "/v1/messages")
                    != self.digest(body, parts, format: "/v1/responses")
            )
        }
    }

    @Test("history is every message before the last")
    func history() throws {
        let one = #"{"messages":[{"role":"user","content":"a"},{"role":"user","content":"q"}]}"#
        let two = #"{"messages":[{"role":"user","content":"b"},{"role":"user","content":"q"}]}"#
        let three = #"{"messages":[{"role":"user","content":"a"},{"role":"user","content":"other"}]}"#
        #expect(try self.digest(one, [.history]) != self.digest(two, [.history]))
        #expect(try self.digest(one, [.history]) == self.digest(three, [.history]))
        #expect(try self.digest(one) == self.digest(two))
    }

    @Test("the member that holds the question is not a parameter")
    func questionMember() throws {
        let one = #"{"model":"m","prompt":{"text":"a","session":1}}"#
        let two = #"{"model":"m","prompt":{"text":"a","session":2}}"#
        #expect(try self.digest(one, member: "prompt") == self.digest(two, member: "prompt"))
        #expect(try self.digest(one, member: "messages") != self.digest(two, member: "messages"))
        #expect(QuestionSource(strategy: .lastQuestion, path: "prompt.text").member == "prompt")
        #expect(QuestionSource(strategy: .lastQuestion, path: "@this").member == "")
    }

    @Test(
        "messages are a parameter when the question is elsewhere",
        arguments: [
            (KeyStrategy.lastQuestion, "prompt.text", "prompt", true), (.lastQuestion, "input", "input", true),
            (.lastQuestion, "@this", "", true), (.lastQuestion, "messages.0.content", "messages", false),
            (.lastQuestion, "@this.messages.0.content", "messages", false),
            (.lastQuestion, "[messages.0.content,model]", "messages", false),
            (.lastQuestion, QuestionSource.defaultPath, "messages", false),
            (.allQuestions, "prompt.text", "messages", false),
            (.allQuestions, QuestionSource.defaultPath, "messages", false),
        ]
    )
    func messagesAsParameter(strategy: KeyStrategy, path: String, member: String, areParameter: Bool) throws {
        let found = QuestionSource(strategy: strategy, path: path).member
        #expect(found == member)
        let one = #"{"model":"m","messages":[{"role":"user","content":"a"}]}"#
        let two = #"{"model":"m","messages":[{"role":"user","content":"b"}]}"#
        let differ = try self.digest(one, member: found) != self.digest(two, member: found)
        #expect(differ == areParameter)
    }

    @Test("without a scope the key is prefix and question, byte for byte, however long")
    func bareKey() {
        let long = String(repeating: "é", count: 1000)
        #expect(
            CacheKey(question: "q\n\"x\"", prefix: "higress-ai-cache:", scope: nil).stored
                == "higress-ai-cache:q\n\"x\""
        )
        #expect(CacheKey(question: long, prefix: "p:", scope: nil).stored == "p:" + long)
    }

    @Test("with a scope, questions of over 512 bytes are replaced by their SHA-256")
    func longKey() {
        let edge = String(repeating: "a", count: 512)
        #expect(CacheKey(question: edge, prefix: "p:", scope: "S").stored == "p:S:" + edge)
        let digest = "02425c0f5b0dabf3d2b9115f3f7723a02ad8bcfb1534a0d231614fd42b8188f6"
        #expect(CacheKey(question: edge + "a", prefix: "p:", scope: "S").stored == "p:S#" + digest)
        #expect(CacheKey(question: digest, prefix: "p:", scope: "S").stored != "p:S#" + digest)
    }

    @Test("the opaque name is 32 hexadecimal digits that tell keys apart")
    func opaqueName() {
        let one = CacheKey(question: "q", prefix: "p:", scope: nil).id.description
        #expect(one.count == 32 && one.allSatisfy(\.isHexDigit))
        #expect(one == CacheKey(question: "q", prefix: "p:", scope: nil).id.description)
        #expect(one != CacheKey(question: "r", prefix: "p:", scope: nil).id.description)
    }
}
