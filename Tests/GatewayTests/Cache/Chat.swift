import Foundation
import NIOHTTP1
import TestSupport

/// A question to a model, as OpenAI's clients ask it.
struct ChatQuestion: Sendable {
    var question: String
    var model = "m"
    var streams = false
    var fields = ""
    var path = "/v1/chat/completions"

    var body: String {
        let stream = self.streams ? #""stream":true,"# : ""
        return
            #"{"model":\#(quotedJSON(self.model)),\#(stream)"messages":[{"role":"user","content":\#(quotedJSON(self.question))}]}"#
    }

    /// The request; the connection ends with it.
    var request: String { chatRequest(self.body, fields: self.fields, path: self.path) }

    func ask(_ port: Int) async throws -> ChatAnswer {
        ChatAnswer(answer: try await .of(port, self.request))
    }
}

/// A request with a JSON body.
func chatRequest(_ body: String, fields: String = "", path: String = "/v1/chat/completions") -> String {
    "POST \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\n\(fields)"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

/// What came back, as OpenAI's clients understand it.
struct ChatAnswer: Sendable {
    let answer: ReceivedAnswer

    var status: Int { self.answer.status }
    /// What the gateway says about its cache.
    var cache: String? { self.answer["x-sluice-cache"] }

    /// The text of the answer, put together from the events if there are any.
    var content: String? {
        guard self.isEventStream else { return Self.text(self.answer.object, "message") }
        let data = self.events.filter { $0 != "[DONE]" }
        let pieces = data.map { event -> String in
            let object = (try? JSONSerialization.jsonObject(with: Data(event.utf8))) as? [String: Any]
            return object.flatMap { Self.text($0, "delta") } ?? ""
        }
        return pieces.joined()
    }

    var isEventStream: Bool { self.answer["content-type"]?.hasPrefix("text/event-stream") ?? false }

    /// The data of the events.
    var events: [String] {
        self.answer.body.components(separatedBy: "\n\n").compactMap { event in
            event.hasPrefix("data:") ? String(event.dropFirst(5)).trimmingCharacters(in: .whitespaces) : nil
        }
    }

    private static func text(_ object: [String: Any], _ key: String) -> String? {
        let choice = (object["choices"] as? [[String: Any]])?.first
        return (choice?[key] as? [String: Any])?["content"] as? String
    }
}

/// A text as a JSON string.
func quotedJSON(_ text: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: [text], options: .withoutEscapingSlashes)
    return String(String(decoding: data ?? Data("[\"\"]".utf8), as: UTF8.self).dropFirst().dropLast())
}

/// Answers of a model.
enum ModelAnswer {
    /// A chat completion.
    static func json(_ text: String) -> ScriptedUpstream.Answer {
        let body =
            #"{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"m-1","choices":[{"index":0,"#
            + #""message":{"role":"assistant","content":\#(quotedJSON(text))},"finish_reason":"stop"}],"#
            + #""usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}"#
        return .init(headers: ["content-type": "application/json"], body: body)
    }

    /// The same as events, in pieces of a few characters.
    static func events(_ text: String) -> ScriptedUpstream.Answer {
        var parts = [event(#"{"role":"assistant","content":""}"#)]
        var rest = text.unicodeScalars[...]
        while !rest.isEmpty {
            let piece = String(String.UnicodeScalarView(rest.prefix(1000)))
            parts.append(event(#"{"content":\#(quotedJSON(piece))}"#))
            rest = rest.dropFirst(1000)
        }
        parts.append(event("{}", finish: #""stop""#))
        parts.append("data: [DONE]\n\n")
        return .init(headers: ["content-type": "text/event-stream"], parts: parts)
    }

    /// As the request asks.
    static func fitting(_ request: ScriptedUpstream.Request, _ text: String) -> ScriptedUpstream.Answer {
        request.body.contains(#""stream":true"#) ? self.events(text) : self.json(text)
    }

    static func event(_ delta: String, finish: String = "null") -> String {
        #"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m-1","choices":[{"index":0,"#
            + #""delta":\#(delta),"finish_reason":\#(finish)}]}"# + "\n\n"
    }
}

/// Texts that come back changed when anybody on the way escapes, cuts or interprets them wrongly.
let nastyTexts: [String] = [
    "plain", "\"quoted\"", "\"", "back\\slash\\", "a\\nb", "line\nfeed\r\nand\ttab", "\u{1}\u{8}\u{B}\u{1F}\u{7F}",
    "emoji 👩‍👩‍👧 🇨🇳 𝄞", "sep\u{2028}\u{2029}arators", "%s %d %@ %%s %", "</script><!-- & ' -->", "你好，世界", "e\u{301} é",
    #"{"choices":[{"message":{"content":"inner"}}]}"#, "data: [DONE]\n\ndata: x", " leading and trailing ",
    "a\u{FEFF}b", "\u{FFFD}",
    String(repeating: "0123456789\"\\\n你👍", count: 6000),
]
