import FilterAPI
import Foundation
import NIOHTTP1
import TestSupport
import Testing

@Suite("The cache end to end")
struct CacheEndToEndTests {
    enum Store: String, CaseIterable, Sendable { case memory, redis }

    @Test("answers a question again from the store, in either form, whatever its text", arguments: Store.allCases)
    func hits(_ store: Store) async throws {
        let texts = nastyTexts
        let model = try await ScriptedUpstream.start { request in
            let index = texts.indices.first { request.body.contains("question \($0)!") } ?? 0
            return ModelAnswer.fitting(request, texts[index])
        }
        var setup = CacheSetup(model: model, config: "{ cache: { type: memory } }")
        if store == .redis {
            setup.redis = try await .start()
            setup.config = "{ \(CacheSetup.redis()) }"
        }
        try await GatewayFixture.run(setup.text) { gateway in
            for (index, text) in texts.enumerated() {
                for storedFromStream in [false, true] {
                    var question = ChatQuestion(
                        question: "question \(index)! \(storedFromStream)",
                        streams: storedFromStream
                    )
                    let miss = try await question.ask(gateway.port)
                    #expect(miss.cache == "miss")
                    #expect(miss.answer.isComplete)
                    #expect(
                        miss.content.map { Array($0.utf8) } == Array(text.utf8),
                        "text \(index), \(storedFromStream)"
                    )
                    try await gateway.expectNothingAlive()
                    for streams in [storedFromStream, !storedFromStream] {
                        question.streams = streams
                        let hit = try await question.ask(gateway.port)
                        #expect(hit.status == 200 && hit.cache == "hit", "text \(index)")
                        #expect(hit.isEventStream == streams)
                        #expect(hit.content.map { Array($0.utf8) } == Array(text.utf8), "text \(index)")
                        #expect(hit.answer.isComplete)
                        if streams { #expect(hit.events.last == "[DONE]") }
                    }
                }
            }
        }
        #expect(model.requests.count == 2 * texts.count)
        await model.stop()
    }

    @Test("gives a miss byte for byte as the model sent it, and sends it byte for byte what the client said")
    func missIsUntouched() async throws {
        let body =
            " {\"messages\" : [ {\"content\":\"q\\u0041\",  \"role\":\"user\"} ],\r\n\t\"model\":\"m\", \"x\":1.50}\n"
        let answer = "{ \"choices\" :[ {\"message\":{\"content\":\"a\\/b\"}, \"finish_reason\":\"stop\"} ]  }\r\n"
        let model = try await ScriptedUpstream.start { _ in
            .init(headers: ["content-type": "application/json", "x-own": "kept"], body: answer)
        }
        try await GatewayFixture.run(CacheSetup(model: model).text) { gateway in
            let miss = try await ReceivedAnswer.of(
                gateway.port,
                chatRequest(body, fields: "Accept-Encoding: gzip, br\r\n")
            )
            #expect(miss.body == answer && miss["x-own"] == "kept" && miss["x-sluice-cache"] == "miss")
            #expect(miss["cache-status"]?.contains("hit") == false)
            let hit = ChatAnswer(answer: try await .of(gateway.port, chatRequest(body)))
            #expect(hit.cache == "hit" && hit.content == "a/b")
            #expect(hit.answer["cache-status"]?.contains("hit") == true)
        }
        #expect(model.requests.map(\.body) == [body])
        #expect(model.requests.first?.headers["accept-encoding"] == [])
        await model.stop()
    }

    @Test("keeps what the model said of itself in what it replays")
    func structuredReplay() async throws {
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "answer") }
        try await GatewayFixture.run(CacheSetup(model: model).text) { gateway in
            let question = ChatQuestion(question: "q")
            let miss = try await question.ask(gateway.port).answer.object
            let hit = try await question.ask(gateway.port)
            #expect(hit.cache == "hit")
            for key in ["id", "model", "object"] {
                #expect(hit.answer.object[key] as? String == miss[key] as? String, "\(key)")
            }
            #expect((hit.answer.object["usage"] as? [String: Int])?["total_tokens"] == 7)
            #expect(hit.answer.object["created"] as? Int == 1_700_000_000)
        }
        await model.stop()
    }

    @Test("answers exactly with the user's templates")
    func templates() async throws {
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "say \"50%s\"\n") }
        let config = """
            { cache: { type: memory }, responseTemplate: '{"a":"%s","b":"100%"}', streamResponseTemplate: 'data:{"c":"%s"}\\n\\ndata:[DONE]\\n\\n' }
            """
        try await GatewayFixture.run(CacheSetup(model: model, config: config).text) { gateway in
            var question = ChatQuestion(question: "q")
            #expect(try await question.ask(gateway.port).cache == "miss")
            #expect(try await question.ask(gateway.port).answer.body == #"{"a":"say \"50%s\"\n","b":"100%"}"#)
            question.streams = true
            let stream = try await question.ask(gateway.port)
            #expect(stream.answer.body == "data:{\"c\":\"say \\\"50%s\\\"\\n\"}\n\ndata:[DONE]\n\n")
        }
        await model.stop()
    }

    @Test("has one line in the log for each lookup, and the status in the access log")
    func logs() async throws {
        let log = try AccessLogFile()
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        try await GatewayFixture.run(CacheSetup(model: model, log: log).text) { gateway in
            let question = ChatQuestion(question: "what\nis \u{1B}[31mit")
            _ = try await question.ask(gateway.port)
            _ = try await question.ask(gateway.port)
            var skipping = question
            skipping.fields = "x-higress-skip-ai-cache: on\r\n"
            #expect(try await skipping.ask(gateway.port).cache == "skip")
            var other = question
            other.fields = "x-higress-skip-ai-cache: off\r\n"
            #expect(try await other.ask(gateway.port).cache == "hit")
            _ = try await get(gateway.port, "/v1/models")
            let lines = try await log.lines(5)
            #expect(lines.map(\.cacheStatus) == ["miss", "hit", "skip", "hit", nil])
            #expect(
                lines.map(\.details) == [
                    "via_upstream", "ai-cache.hit", "via_upstream", "ai-cache.hit", "via_upstream",
                ]
            )
            let phrases = gateway.log.messages.filter { $0.hasPrefix("cache ") }
            let key = #"what\nis \u{1b}[31mit"#
            #expect(
                phrases == ["cache miss for key: \(key)", "cache hit for key: \(key)", "cache hit for key: \(key)"]
            )
        }
        #expect(model.requests.count == 3)
        await model.stop()
    }

    @Test("is not reached without a key")
    func authentication() async throws {
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, $0.headers["x-mse-consumer"].joined()) }
        let auth =
            "  - filter: key-auth\n    config: { keys: [authorization], consumers: [{ name: a, credential: ka }, { name: b, credential: kb }] }"
        try await GatewayFixture.run(CacheSetup(model: model, filters: auth).text) { gateway in
            var question = ChatQuestion(question: "q")
            question.fields = "Authorization: Bearer ka\r\n"
            #expect(try await question.ask(gateway.port).cache == "miss")
            #expect(try await question.ask(gateway.port).cache == "hit")
            for fields in ["", "Authorization: Bearer kc\r\n", "x-mse-consumer: a\r\n"] {
                question.fields = fields
                let refused = try await question.ask(gateway.port)
                #expect(refused.status == 401 && refused.cache == nil && refused.content == nil)
            }
            question.fields = "Authorization: Bearer kb\r\nx-mse-consumer: a\r\n"
            let other = try await question.ask(gateway.port)
            #expect(other.cache == "miss" && other.content == "b", "answers of one consumer are not another's")
        }
        #expect(model.requests.count == 2)
        await model.stop()
    }

    struct Difference: Sendable, CustomTestStringConvertible {
        let name: String
        let body: String
        let isSame: Bool
        var testDescription: String { self.name }
    }

    static let differences: [Difference] = [
        .init(
            name: "members in another order",
            body: #"{"messages":[{"content":"q","role":"user"}],"model":"m"}"#,
            isSame: true
        ),
        .init(
            name: "another form of answer",
            body: #"{"model":"m","stream":true,"messages":[{"role":"user","content":"q"}]}"#,
            isSame: true
        ),
        .init(
            name: "another user",
            body: #"{"model":"m","user":"u","messages":[{"role":"user","content":"q"}]}"#,
            isSame: true
        ),
        .init(name: "another model", body: #"{"model":"n","messages":[{"role":"user","content":"q"}]}"#, isSame: false),
        .init(name: "no model", body: #"{"messages":[{"role":"user","content":"q"}]}"#, isSame: false),
        .init(
            name: "a system message",
            body: #"{"model":"m","messages":[{"role":"system","content":"s"},{"role":"user","content":"q"}]}"#,
            isSame: false
        ),
        .init(
            name: "a tool",
            body: #"{"model":"m","tools":[{"type":"function"}],"messages":[{"role":"user","content":"q"}]}"#,
            isSame: false
        ),
        .init(
            name: "another temperature",
            body: #"{"model":"m","temperature":0.5,"messages":[{"role":"user","content":"q"}]}"#,
            isSame: false
        ),
        .init(
            name: "another limit",
            body: #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"q"}]}"#,
            isSame: false
        ),
        .init(
            name: "several answers",
            body: #"{"model":"m","n":2,"messages":[{"role":"user","content":"q"}]}"#,
            isSame: false
        ),
        .init(
            name: "a question that goes on",
            body: #"{"model":"m","messages":[{"role":"user","content":"q\nx"}]}"#,
            isSame: false
        ),
    ]

    @Test("shares an answer only between requests that may have the same", arguments: differences)
    func scope(_ difference: Difference) async throws {
        let model = try await ScriptedUpstream.start { ModelAnswer.fitting($0, "a") }
        try await GatewayFixture.run(CacheSetup(model: model).text) { gateway in
            #expect(try await ChatQuestion(question: "q").ask(gateway.port).cache == "miss")
            let answer = ChatAnswer(answer: try await .of(gateway.port, chatRequest(difference.body)))
            #expect(answer.cache == (difference.isSame ? "hit" : "miss"))
        }
        await model.stop()
    }

    @Test("passes a request without body at once, whatever its content type")
    func bodiless() async throws {
        let model = try await ScriptedUpstream.start { _ in .init(body: "through") }
        try await GatewayFixture.run(CacheSetup(model: model).text) { gateway in
            for length in ["", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n"] {
                for method in ["GET", "POST"] {
                    let end = length.hasPrefix("T") ? "0\r\n\r\n" : ""
                    let request =
                        "\(method) /v1/models HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\n"
                    let answer = try await ReceivedAnswer.of(gateway.port, "\(request)\(length)\r\n\(end)")
                    #expect(answer.status == 200 && answer.body == "through")
                }
            }
        }
        #expect(model.requests.count == 6)
        await model.stop()
    }
}
