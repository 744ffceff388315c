import FilterAPI
import Logging
import NIOCore

/// One stream of a dialogue: earlier messages go in, and question and answer are kept.
final class AIHistoryStream {
    private let filter: AIHistory
    private let redis: RedisTarget
    private var key: String?
    private var dialogue = Dialogue()
    /// The question as it stands between its quotes, once it is known that its answer is kept.
    private var question: ByteBuffer?
    private var answer: AnswerCollector?

    init(_ filter: AIHistory, _ redis: RedisTarget) {
        self.filter = filter
        self.redis = redis
    }

    private var configuration: AIHistoryConfiguration { self.filter.configuration }
}

// MARK: - The question

extension AIHistoryStream: RequestHeadHook, RequestCollectHook {
    /// Reads the dialogue before the body comes: what is filled in must be there when the body is.
    func requestHead(_ stream: StreamContext) -> FilterAction {
        if self.filter.asksForHistory(stream.request) { return self.answerHistory(stream) }
        guard stream.requestHasBody, stream.request.headers.announceJSON,
            let key = self.filter.key(of: stream.request.headers)
        else { return .continue }
        self.key = key
        let limit = self.configuration.maximumBodyBytes
        return .suspend {
            do {
                self.dialogue = try await self.dialogue(of: key, stream.callouts)
            } catch let error as CalloutError where error.code != .cancelled {
                self.filter.logger.warning("a dialogue could not be read, the request goes on without: \(error)")
                return .continue
            }
            return .collect(limit: limit)
        }
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        guard let question = HistoryQuestion(body) else { return .continue }
        // What is compressed cannot be kept.
        stream.request.headers.remove(.acceptEncoding)
        self.question = ByteBuffer(bytes: question.text.readableBytesView)
        let rounds = stream.request.number(of: "fill_history_cnt") ?? self.configuration.rounds
        if let filled = question.filled(with: self.dialogue.last(rounds: rounds)) {
            body = filled
            self.filter.filled.increment()
        }
        return .continue
    }

    nonisolated(nonsending) private func dialogue(of key: String, _ callouts: any Callouts) async throws -> Dialogue {
        guard case .string(let stored) = try await callouts.redis(["GET", key], on: self.redis) else {
            return Dialogue()
        }
        return Dialogue(stored: stored) ?? Dialogue()
    }

    /// Answers with what is kept of a dialogue.
    private func answerHistory(_ stream: StreamContext) -> FilterAction {
        guard let key = self.filter.key(of: stream.request.headers) else {
            return .respond(LocalResponse(refusing: stream.request, status: 401, detail: "ai-history.no_identity"))
        }
        let rounds = stream.request.number(of: "cnt") ?? Int.max / 4
        return .suspend {
            do {
                let dialogue = try await self.dialogue(of: key, stream.callouts)
                return .respond(
                    LocalResponse(
                        status: 200,
                        headers: [.contentType: "application/json; charset=utf-8"],
                        body: .bytes(Dialogue.json(dialogue.last(rounds: rounds))),
                        detail: "ai-history.query"
                    )
                )
            } catch let error as CalloutError where error.code != .cancelled {
                self.filter.logger.warning("a dialogue could not be read: \(error)")
                return .respond(LocalResponse(refusing: stream.request, status: 503, detail: "ai-history.error"))
            }
        }
    }
}

// MARK: - The answer

extension AIHistoryStream: ResponseHeadHook, ResponseBodyObserver {
    func responseHead(_ stream: StreamContext) -> FilterAction {
        let headers = stream.response.headers
        let isStreamed = headers.hasContentType("text/event-stream")
        guard self.question != nil, stream.responseOrigin == .upstream, stream.response.status == 200,
            isStreamed || headers.namesJSON,
            let coding = ContentCoding(headerValue: headers.combinedValue(of: .contentEncoding))
        else { return .continue }
        self.answer = AnswerCollector(
            format: isStreamed ? .eventStream : .json,
            coding: coding,
            paths: AnswerPaths(),
            maximumEntryBytes: Dialogue.maximumBytes / 4
        )
        return .continue
    }

    func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        guard var answer = self.answer else { return .continue }
        self.answer = nil
        answer.append(chunk)
        guard end else {
            self.answer = answer
            return .continue
        }
        // A tool's call, a refusal or half an answer is no part of a dialogue.
        if let complete = try? answer.finish(clean: true) { self.keep(complete.content, stream) }
        return .continue
    }

    /// Adds the round to what is kept by now, and nobody waits for it.
    private func keep(_ answer: ByteBuffer, _ stream: StreamContext) {
        guard let key = self.key, let question = self.question else { return }
        let callouts = stream.callouts
        stream.detach {
            do {
                var dialogue = try await self.dialogue(of: key, callouts)
                dialogue.add(question: question, answer: answer, keeping: self.configuration.rounds)
                var command = ["SET", key, String(buffer: Dialogue.json(dialogue.messages))]
                if let time = self.configuration.timeToLive { command += ["EX", String(time.components.seconds)] }
                _ = try await callouts.redis(command, on: self.redis)
            } catch {
                self.filter.logger.warning("a dialogue could not be kept: \(error)")
            }
        }
    }
}
