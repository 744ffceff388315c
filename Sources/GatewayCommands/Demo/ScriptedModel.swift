/// The scripted OpenAI-compatible service as a function from requests to answers.
///
/// Source: OpenAI API reference, chat completions, chat completion chunks, and models.
package struct ScriptedModel: Sendable {
    /// How long an answer takes, streamed or not; default about a second, as a real model's first words take.
    package var thinkingTime = Duration.seconds(1)
    /// What `created` says, in seconds since 1970.
    package var created = 1_767_225_600

    /// A model with the defaults.
    package init() {}

    /// Answers one request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path without a query.
    ///   - body: The whole body.
    func reply(method: String, path: String, body: [UInt8]) -> ScriptedReply {
        let methods = ["/v1/chat/completions": "POST", "/v1/models": "GET"]
        guard let expected = methods[path] else {
            return .error(404, "Invalid URL (\(method) \(path))")
        }
        guard method == expected else {
            return .error(405, "Not allowed to \(method) on \(path).", code: "method_not_supported")
        }
        guard path == "/v1/chat/completions" else { return .json(self.models) }
        do throws(ScriptedChatRequest.Refusal) {
            let request = try ScriptedChatRequest.read(body)
            let answer = ScriptedAnswers.answer(to: request.question)
            return request.streams ? self.stream(answer, request) : self.completion(answer, request)
        } catch {
            return .error(400, error.message, parameter: error.parameter, code: error.code)
        }
    }

    private var models: ScriptedJSON {
        let model: ScriptedJSON = [
            "id": "demo", "object": "model", "created": .integer(self.created), "owned_by": "sluice",
        ]
        return ["object": "list", "data": [model]]
    }
}

// MARK: - Chat completions

extension ScriptedModel {
    private func completion(_ answer: String, _ request: ScriptedChatRequest) -> ScriptedReply {
        let choice: ScriptedJSON = [
            "index": 0,
            "message": ["role": "assistant", "content": .string(answer), "refusal": nil],
            "logprobs": nil,
            "finish_reason": "stop",
        ]
        let head = self.head("chat.completion", answer, request)
        let members = head + [("choices", [choice]), ("usage", self.usage(answer, request))]
        return .json(.object(members), after: self.thinkingTime)
    }

    /// The role first, then the words evenly over the thinking time, then the reason for the end, then the usage if
    /// asked for, then `[DONE]`.
    private func stream(_ answer: String, _ request: ScriptedChatRequest) -> ScriptedReply {
        let pieces = ScriptedAnswers.pieces(of: answer)
        let interval = self.thinkingTime / (pieces.count + 1)
        func event(_ choices: ScriptedJSON, usage: ScriptedJSON? = nil) -> String {
            var members = self.head("chat.completion.chunk", answer, request) + [("choices", choices)]
            if request.includesUsage { members.append(("usage", usage ?? .null)) }
            return "data: \(ScriptedJSON.object(members).text)\n\n"
        }
        func choice(_ delta: ScriptedJSON, finish: ScriptedJSON = .null) -> ScriptedJSON {
            [["index": 0, "delta": delta, "logprobs": nil, "finish_reason": finish]]
        }
        var parts = [
            ScriptedReply.Part(delay: interval, text: event(choice(["role": "assistant", "content": ""])))
        ]
        for piece in pieces {
            parts.append(.init(delay: interval, text: event(choice(["content": .string(piece)]))))
        }
        var last = event(choice([:], finish: "stop"))
        if request.includesUsage { last += event([], usage: self.usage(answer, request)) }
        parts.append(.init(delay: .zero, text: last + "data: [DONE]\n\n"))
        return ScriptedReply(status: 200, contentType: "text/event-stream; charset=utf-8", parts: parts)
    }

    private func head(
        _ object: String,
        _ answer: String,
        _ request: ScriptedChatRequest
    ) -> [(String, ScriptedJSON)] {
        [
            ("id", .string("chatcmpl-" + self.digest(request.question + answer))),
            ("object", .string(object)),
            ("created", .integer(self.created)),
            ("model", .string(request.model)),
        ]
    }

    private func usage(_ answer: String, _ request: ScriptedChatRequest) -> ScriptedJSON {
        let prompt = ScriptedAnswers.pieces(of: request.question).count
        let completion = ScriptedAnswers.pieces(of: answer).count
        return [
            "prompt_tokens": .integer(prompt),
            "completion_tokens": .integer(completion),
            "total_tokens": .integer(prompt + completion),
        ]
    }

    /// FNV-1a: equal conversations have equal ids.
    private func digest(_ text: String) -> String {
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 }
        return String(hash, radix: 16)
    }
}
