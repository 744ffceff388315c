import NIOCore
import Testing

@testable import BundledFilters

@Suite("ai-cache: which answers are stored")
struct AICacheAnswerTests {
    private func collect(
        _ parts: [ByteBuffer],
        _ format: AnswerCollector.Format,
        coding: ContentCoding = .identity,
        paths: AnswerPaths = AnswerPaths(),
        clean: Bool = true,
        maximum: Int = 1 << 20
    ) throws(Refusal) -> CachedAnswer {
        var collector = AnswerCollector(format: format, coding: coding, paths: paths, maximumEntryBytes: maximum)
        for part in parts { collector.append(part) }
        return try collector.finish(clean: clean)
    }

    private func refusal(_ body: () throws -> CachedAnswer) -> Refusal? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    private func json(_ choices: String, more: String = "") -> ByteBuffer {
        bytes(#"{"id":"i","model":"m","created":5,"choices":\#(choices)\#(more)}"#)
    }

    private func choice(_ message: String, _ rest: String = #","finish_reason":"stop""#) -> String {
        #"[{"index":0,"message":\#(message)\#(rest)}]"#
    }

    @Test("a complete JSON answer is kept with all that belongs to it")
    func completeJSON() throws {
        let message =
            #"{"role":"assistant","content":"hi \"you\" \ud83d","reasoning_content":"hm","tool_calls":[],"refusal":null}"#
        let body = self.json(self.choice(message), more: #","usage":{"total_tokens":9},"system_fingerprint":null"#)
        let answer = try self.collect([body], .json)
        #expect(answer.content == bytes(#"hi \"you\" \ud83d"#) && answer.reasoningContent == bytes("hm"))
        #expect(answer.id == bytes("i") && answer.model == bytes("m") && answer.created == 5)
        #expect(answer.role == bytes("assistant") && answer.finishReason == bytes("stop") && answer.totalTokens == 9)
    }

    @Test(
        "a JSON answer that may not be stored says why",
        arguments: [
            (#"[{"index":0,"message":{"content":"x"},"finish_reason":"length"}]"#, "", Refusal.finishReason),
            (#"[{"index":0,"message":{"content":"x"},"finish_reason":"content_filter"}]"#, "", .finishReason),
            (
                #"[{"index":0,"message":{"content":null,"tool_calls":[{"id":"1"}]},"finish_reason":"stop"}]"#, "",
                .toolCalls
            ),
            (#"[{"index":0,"message":{"content":"x","function_call":{"name":"f"}}}]"#, "", .toolCalls),
            (#"[{"index":0,"message":{"content":null,"refusal":"no"},"finish_reason":"stop"}]"#, "", .refused),
            (#"[{"message":{"content":"x"}},{"message":{"content":"y"}}]"#, "", .choices), ("[]", "", .choices),
            (#"[{"index":1,"message":{"content":"x"}}]"#, "", .choices),
            (#"[{"message":{"content":" \n\t\u3000"}}]"#, "", .blank),
            (#"[{"message":{"content":""}}]"#, "", .blank), (#"[{"message":{}}]"#, "", .blank), ("null", "", .choices),
            (#"[{"message":{"content":"x"}}]"#, #","error":{"message":"e"}"#, .error),
            (#"[{"message":{"content":"x"}}]"#, #","object":"error""#, .error),
            (#"[{"message":{"content":[{"type":"text","text":"x"}]}}]"#, "", .unsupported),
            (#"[{"message":{"content":"x"},"logprobs":{"content":[]}}]"#, "", .unsupported),
            (#"[{"message":{"content":"x","audio":{}}}]"#, "", .unsupported),
        ]
    )
    func refusedJSON(choices: String, more: String, reason: Refusal) {
        #expect(self.refusal { try self.collect([self.json(choices, more: more)], .json) } == reason)
    }

    @Test(
        "no JSON, half of it and an error page are not stored",
        arguments: ["", "<html>", "{\"choices\":[", "[]", "5"]
    )
    func noJSON(text: String) {
        #expect(self.refusal { try self.collect([bytes(text)], .json) } == .malformed)
    }

    @Test("a JSON answer that broke off is not stored")
    func brokenJSON() {
        let body = self.json(self.choice(#"{"content":"x"}"#))
        #expect(self.refusal { try self.collect([body], .json, clean: false) } == .incomplete)
    }

    private static let start =
        #"data: {"id":"i","model":"m","created":5,"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#
        + "\n\n"
    private static func delta(_ content: String) -> String {
        #"data: {"id":"i","choices":[{"index":0,"delta":{"content":"\#(content)"},"finish_reason":null}]}"# + "\n\n"
    }
    private static let stop = #"data: {"id":"i","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
    private static let usage = #"data: {"id":"i","choices":[],"usage":{"total_tokens":9}}"# + "\n\n"
    private static let done = "data: [DONE]\n\n"

    @Test("a stream is put together from its events, wherever it is cut")
    func stream() throws {
        let text =
            ": ping\r\n\r\n" + Self.start + Self.delta(#"a\n\""#) + Self.delta(#"\ud83d"#) + ": keep-alive\n\n"
            + Self.delta(#"\ude00 你"#) + Self.stop + Self.usage + Self.done
        let all = Array(text.utf8)
        for cut in stride(from: 0, to: all.count, by: 7) {
            let answer = try self.collect(
                [ByteBuffer(bytes: all[..<cut]), ByteBuffer(bytes: all[cut...])],
                .eventStream
            )
            #expect(String(buffer: JSONString.decode(answer.content).text) == "a\n\"😀 你")
            #expect(answer.id == bytes("i") && answer.model == bytes("m") && answer.totalTokens == 9)
            #expect(answer.role == bytes("assistant") && answer.finishReason == bytes("stop"))
        }
    }

    @Test("SSE comments and a role-only first chunk do not stop caching")
    func commentsAndRoleOnlyChunk() throws {
        let role = #"data: {"choices":[{"index":0,"delta":{"role":"assistant"}}]}"# + "\n\n"
        let text = ": OPENROUTER PROCESSING\n\n" + role + Self.delta("x") + Self.stop + Self.done
        #expect(try self.collect([bytes(text)], .eventStream).content == bytes("x"))
    }

    @Test(
        "a stream is complete by [DONE], or by a finish_reason and a clean end",
        arguments: [
            (delta("x") + done, true, true), (delta("x") + done, false, true), (delta("x") + stop, true, true),
            (delta("x") + stop, false, false), (delta("x"), true, false), (delta("x"), false, false),
            (delta("x") + "data: [DONE]", true, false), (delta("x") + "data: [DONE]\n", true, false),
        ]
    )
    func completeness(text: String, clean: Bool, isComplete: Bool) {
        let refusal = self.refusal { try self.collect([bytes(text)], .eventStream, clean: clean) }
        #expect(refusal == (isComplete ? nil : .incomplete))
    }

    @Test("truncated streams are not stored as complete")
    func truncated() {
        let text = Array((Self.start + Self.delta("x") + Self.stop).utf8)
        for length in 0..<(text.count - 1) {
            let refusal = self.refusal { try self.collect([ByteBuffer(bytes: text[..<length])], .eventStream) }
            #expect(refusal == .incomplete)
        }
    }

    @Test(
        "a stream that may not be stored says why",
        arguments: [
            (#"data: {"error":{"message":"e"}}"#, Refusal.error), ("event: error\ndata: {\"message\":\"e\"}", .error),
            (#"data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0}]}}]}"#, .toolCalls),
            (#"data: {"choices":[{"index":0,"delta":{"function_call":{"name":"f"}}}]}"#, .toolCalls),
            (#"data: {"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"#, .finishReason),
            (#"data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#, .finishReason),
            (#"data: {"choices":[{"index":1,"delta":{"content":"y"}}]}"#, .choices),
            (#"data: {"choices":[{"index":0,"delta":{}},{"index":1,"delta":{}}]}"#, .choices),
            (#"data: {"choices":[{"index":0,"delta":{"refusal":"no"}}]}"#, .refused), ("data: {broken", .malformed),
            (#"data: {"choices":[{"index":0,"delta":{"content":["x"]}}]}"#, .unsupported),
        ]
    )
    func refusedStream(event: String, reason: Refusal) {
        let text = Self.start + Self.delta("x") + event + "\n\n" + Self.stop + Self.done
        #expect(self.refusal { try self.collect([bytes(text)], .eventStream) } == reason)
    }

    @Test("the default tool-call path, which never matches, does not let tool calls through")
    func toolCallPath() {
        let odd = #"data: {"choices":[{"index":0,"delta":{"content":{"tool_calls":[1]}}}]}"# + "\n\n"
        #expect(self.refusal { try self.collect([bytes(odd + Self.done)], .eventStream) } == .toolCalls)
        let own = AnswerPaths(toolCalls: "output.calls")
        let body = bytes(#"{"output":{"calls":[1]},"choices":[{"message":{"content":"x"}}]}"#)
        #expect(self.refusal { try self.collect([body], .json, paths: own) } == .toolCalls)
        #expect(self.refusal { try self.collect([body], .json) } == nil)
    }

    @Test("paths of the user's find the answer in other formats")
    func ownPaths() throws {
        let paths = AnswerPaths(value: "output.text", streamValue: "output.text")
        let body = bytes(#"{"output":{"text":"a \"b\" \ud83d","finish_reason":"stop"}}"#)
        #expect(try self.collect([body], .json, paths: paths).content == bytes(#"a \"b\" \ud83d"#))
        let number = bytes(#"{"output":{"text":[1, "x"]}}"#)
        #expect(try self.collect([number], .json, paths: paths).content == bytes(#"[1, \"x\"]"#))
        let events = bytes(
            "data: {\"output\":{\"text\":\"a\"}}\n\ndata: {\"output\":{\"text\":\"b\"}}\n\ndata: [DONE]\n\n"
        )
        #expect(try self.collect([events], .eventStream, paths: paths).content == bytes("ab"))
        #expect(self.refusal { try self.collect([bytes("{}")], .json, paths: paths) } == .blank)
    }

    @Test("an answer that grows without end is given up")
    func tooLarge() {
        let long = String(repeating: "x", count: 1000)
        let text = String(repeating: Self.delta(long), count: 50) + Self.done
        #expect(self.refusal { try self.collect([bytes(text)], .eventStream, maximum: 4096) } == .tooLarge)
        let body = self.json(self.choice(#"{"content":"\#(String(repeating: "x", count: 50000))"}"#))
        #expect(self.refusal { try self.collect([body], .json, maximum: 4096) } == .tooLarge)
    }

    @Test("a compressed answer is read, a damaged one is not stored")
    func compressed() throws {
        let body = try #require(InflateFixtures.gzipAnswer.decoded)
        #expect(try self.collect([body], .json, coding: .gzip).content == bytes("compressed answer"))
        let half = try #require(body.getSlice(at: 0, length: body.readableBytes / 2))
        #expect(self.refusal { try self.collect([half], .json, coding: .gzip) } == .contentEncoding)
        #expect(self.refusal { try self.collect([body], .json, coding: .gzip, clean: false) } == .incomplete)
        #expect(ContentCoding(headerValue: "br") == nil && ContentCoding(headerValue: "gzip, gzip") == nil)
        #expect(ContentCoding(headerValue: "GZIP") == .gzip && ContentCoding(headerValue: nil) == .identity)
    }
}
