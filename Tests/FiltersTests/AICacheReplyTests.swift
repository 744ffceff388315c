import FilterAPI
import NIOCore
import Testing

@testable import BundledFilters

/// What a client of OpenAI's protocol reads from a reply.
struct ReadReply: Equatable {
    var content = ByteBuffer()
    var reasoning = ByteBuffer()
    var finishReasons: [String] = []
    var totalTokens: Int?
    var ids: Set<String> = []
    var models: Set<String> = []
    var objects: Set<String> = []
    var isDone = false

    var text: String { String(buffer: JSONString.decode(self.content).text) }

    init(json body: ByteBuffer) throws {
        try self.read(body, "message")
    }

    init(events body: ByteBuffer) throws {
        var parser = EventStreamParser(limit: Int.max)
        try parser.append(body) { event in
            if event.data == bytes("[DONE]") { self.isDone = true } else { try self.read(event.data, "delta") }
        }
    }

    private mutating func read(_ json: ByteBuffer, _ message: StaticString) throws {
        let document = try document(String(buffer: json))
        let root = JSONDocument.root
        if let id = document.member("id", of: root).flatMap({ document.string($0) }) { self.ids.insert(id) }
        if let model = document.member("model", of: root).flatMap({ document.string($0) }) { self.models.insert(model) }
        if let object = document.member("object", of: root).flatMap({ document.string($0) }) {
            self.objects.insert(object)
        }
        if let usage = document.member("usage", of: root) {
            self.totalTokens = document.member("total_tokens", of: usage).flatMap { document.integer($0) }
        }
        for choice in document.member("choices", of: root).map({ document.elements(of: $0) }) ?? [] {
            if let reason = document.member("finish_reason", of: choice).flatMap({ document.string($0) }) {
                self.finishReasons.append(reason)
            }
            guard let message = document.member(message, of: choice) else { continue }
            if let text = document.member("content", of: message) {
                self.content.writeImmutableBuffer(document.literal(text))
            }
            if let text = document.member("reasoning_content", of: message) {
                self.reasoning.writeImmutableBuffer(document.literal(text))
            }
        }
    }
}

@Suite("ai-cache: replies")
struct AICacheReplyTests {
    private func answer(_ text: String) -> CachedAnswer {
        var literal = ByteBuffer()
        JSONString.encode(bytes(text), into: &literal)
        var answer = CachedAnswer(content: literal)
        answer.id = bytes("chatcmpl-1")
        answer.model = bytes("m-1")
        answer.created = 12
        answer.finishReason = bytes("stop")
        answer.role = bytes("assistant")
        answer.setUsage(bytes(#"{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}"#))
        return answer
    }

    @Test("a record comes back as it was", arguments: awkwardTexts)
    func record(text: String) {
        var answer = self.answer(text)
        answer.reasoningContent = bytes(#"because \ud800"#)
        answer.storedAt = 99
        #expect(CachedAnswer(record: answer.record) == answer)
        #expect(answer.totalTokens == 7)
    }

    @Test(
        "a damaged record, another version and anything else is no answer",
        arguments: [
            "", "plain", "{}", "[1]", "null", #"{"sluice":2,"content":"x"}"#, #"{"sluice":1}"#,
            #"{"sluice":1,"content":5}"#,
            #"{"sluice":1,"content":"x""#, #"{"content":"x"}"#, "\"x\"",
        ]
    )
    func damagedRecord(text: String) {
        #expect(StoredForm.record.decode(bytes(text)) == nil)
    }

    @Test(
        "a plain value is the answer, whatever it looks like",
        arguments: ["x", "{\"sluice\":1,\"content\":\"x\"}", "[DONE]"]
    )
    func plainValue(text: String) {
        #expect(StoredForm.plain.decode(bytes(text)) == .plain(bytes(text)))
    }

    @Test("foreign bytes are no plain answer", arguments: [[], [0xFF, 0xFE], [0x1F, 0x8B, 0x08]] as [[UInt8]])
    func foreignBytes(content: [UInt8]) {
        #expect(StoredForm.plain.decode(ByteBuffer(bytes: content)) == nil)
        #expect(StoredForm.record.decode(ByteBuffer(bytes: content)) == nil)
    }

    @Test("a structured hit is a complete reply, character for character", arguments: awkwardTexts)
    func structured(text: String) throws {
        let reply = StructuredReply(self.answer(text))
        let json = try ReadReply(json: reply.json)
        #expect(json.text == text)
        #expect(json.ids == ["chatcmpl-1"] && json.models == ["m-1"] && json.objects == ["chat.completion"])
        #expect(json.finishReasons == ["stop"] && json.totalTokens == 7)
        for withUsageEvent in [false, true] {
            let events = try ReadReply(events: reply.events(withUsageEvent: withUsageEvent))
            #expect(events.text == text)
            #expect(events.ids == ["chatcmpl-1"] && events.models == ["m-1"])
            #expect(events.objects == ["chat.completion.chunk"])
            #expect(events.finishReasons == ["stop"] && events.totalTokens == 7 && events.isDone)
        }
    }

    @Test("each event of a replay is JSON of bounded length that stands for itself")
    func events() throws {
        let reply = StructuredReply(self.answer(String(repeating: "🙂é\"\\\u{01}", count: 9000))).events(
            withUsageEvent: false
        )
        var parser = EventStreamParser(limit: Int.max)
        var count = 0
        try parser.append(reply) { event in
            count += 1
            #expect(event.data.readableBytes < 2 * StructuredReply.bytesPerEvent)
            if let document = JSONDocument(event.data) {
                for choice in document.member("choices", of: 0).map({ document.elements(of: $0) }) ?? [] {
                    let text = document.member("delta", of: choice).flatMap { document.member("content", of: $0) }
                    if let text { #expect(!JSONString.decode(document.literal(text)).hasLoneSurrogate) }
                }
            }
        }
        #expect(count > 10)
    }

    @Test("a cut never falls into a character, an escape or a pair", arguments: 1...40)
    func cuts(limit: Int) {
        var rest = bytes(#"aé🙂\n\\\"\u00e9\ud83d\ude00\ud83dz"#)
        var joined = ""
        while rest.readableBytes > 0 {
            let length = JSONStringPieces.length(of: rest, atMost: limit)
            guard length > 0, let piece = rest.readSlice(length: length) else { break }
            #expect(JSONDocument(bytes("\"" + String(buffer: piece) + "\"")) != nil)
            joined += String(buffer: piece)
        }
        #expect(joined == #"aé🙂\n\\\"\u00e9\ud83d\ude00\ud83dz"#)
    }

    @Test("lone surrogates of the upstream's JSON come back in a record")
    func loneSurrogate() throws {
        let answer = CachedAnswer(content: bytes(#"broken \ud83d here"#))
        let kept = try #require(CachedAnswer(record: answer.record))
        #expect(try ReadReply(json: StructuredReply(kept).json).content == bytes(#"broken \ud83d here"#))
        #expect(throws: Refusal.unsupported) { try StoredForm.plain.encode(answer) }
    }
}

@Suite("ai-cache: templates")
struct AICacheTemplateTests {
    private func rendering(_ json: String, _ stream: String) throws -> AnswerRendering {
        AnswerRendering(
            template: try ResponseTemplate(json, form: .json),
            streamTemplate: try ResponseTemplate(stream, form: .eventStream)
        )
    }

    @Test("answers are escaped as JSON and not as Go strings", arguments: awkwardTexts)
    func defaults(text: String) throws {
        let rendering = try self.rendering(DefaultTemplates.json, DefaultTemplates.eventStream)
        let json = try ReadReply(json: rendering.body(of: .plain(bytes(text)), streamed: false))
        #expect(json.text == text && json.ids == ["from-cache"] && json.totalTokens == 0)
        let events = try ReadReply(events: rendering.body(of: .plain(bytes(text)), streamed: true))
        #expect(events.text == text && events.isDone)
    }

    @Test("the legacy default takes a whole choice object", arguments: awkwardTexts)
    func legacyDefaults(text: String) throws {
        let rendering = try self.rendering(DefaultTemplates.legacyJSON, DefaultTemplates.legacyEventStream)
        let json = try ReadReply(json: rendering.body(of: .plain(bytes(text)), streamed: false))
        #expect(json.text == text && json.models == ["gpt-4o"] && json.finishReasons == ["stop"])
        let events = try ReadReply(events: rendering.body(of: .plain(bytes(text)), streamed: true))
        #expect(events.text == text && events.models == ["gpt-4o"])
    }

    @Test("a template is followed exactly, and other % signs are themselves")
    func exact() throws {
        let template = try ResponseTemplate(#"{"rate":"100%","d":"%d","v":"%%s"}"#, form: .json)
        #expect(String(buffer: template.filled(with: bytes("x"))) == #"{"rate":"100%","d":"%d","v":"%x"}"#)
        let bare = try ResponseTemplate(#"[%s]"#, form: .json)
        #expect(
            String(buffer: bare.filled(with: bytes("x")))
                == #"[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}]"#
        )
        let stream = try ResponseTemplate("data: {\"c\":[%s]}\n\n", form: .eventStream)
        #expect(
            String(buffer: stream.filled(with: bytes("x")))
                == "data: {\"c\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"x\"},\"finish_reason\":\"stop\"}]}\n\n"
        )
    }

    @Test("a stream template in single quotes keeps its line breaks as two characters, which count as line breaks")
    func literalLineBreaks() throws {
        let template = try ResponseTemplate(#"data:{"a":"%s\n"}\n\ndata:[DONE]\n\n"#, form: .eventStream)
        #expect(String(buffer: template.filled(with: bytes("x"))) == "data:{\"a\":\"x\\n\"}\n\ndata:[DONE]\n\n")
    }

    @Test(
        "a template that cannot work is an error",
        arguments: [
            ("", false), (#"{"a":"b"}"#, false), (#"{"a":"%s","b":"%s"}"#, false), (#"{"a":"%s""#, false),
            (#"%s%"#, false),
            (#"{"a":%s%s}"#, false), (#"{%s}"#, false), (#"{"a":"%s"}"#, true), ("data: %s", true),
            ("data: {\"a\":\"%s\"}\n", true),
            ("data: {\"a\":\"x\"}\n\n: %s\n\n", true), ("data: {\"a\":\"%s\"}\n\ndata: nonsense\n\n", true),
            ("event: %s\n\n", true),
        ]
    )
    func unsound(text: String, streamed: Bool) {
        #expect(throws: ConfigurationMistake.self) { try ResponseTemplate(text, form: streamed ? .eventStream : .json) }
    }
}
