import FilterAPI
import NIOCore

/// The statistics of one stream.
final class AIStatisticsStream {
    private let filter: AIStatistics
    private var values: AttributeValues
    private var usage = TokenUsage()
    private var pieces: AnswerPieces?
    private var requestBody: ByteBuffer?
    private var requestModel: String?
    private var userMessages: Int?
    /// When the request came by; `nil` when another filter answered before this one's turn.
    private var start: NIODeadline?
    private var firstToken: NIODeadline?
    private var end: NIODeadline?

    init(_ filter: AIStatistics) {
        self.filter = filter
        self.values = AttributeValues(filter.configuration.attributes, limit: filter.configuration.valueLimit)
    }

    private var configuration: AIStatisticsConfiguration { self.filter.configuration }
}

// MARK: - The question

extension AIStatisticsStream: RequestHeadHook, RequestBodyObserver {
    func requestHead(_ stream: StreamContext) -> FilterAction {
        self.start = stream.clock.now
        self.values.take(request: stream.request.headers, masked: stream.maskedHeaderFields)
        if let session = self.configuration.sessionHeaders.lazy.compactMap({ stream.request.headers[$0] }).first(
            where: {
                !$0.isEmpty
            })
        {
            stream.setAILog("session_id", .string(session))
        }
        if stream.requestHasBody, stream.request.headers.announceJSON { self.requestBody = ByteBuffer() }
        return .continue
    }

    func requestBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        guard var body = self.requestBody else { return .continue }
        self.requestBody = nil
        guard body.readableBytes + chunk.readableBytes <= self.configuration.maximumBodyBytes else { return .continue }
        body.writeImmutableBuffer(chunk)
        if end { self.read(body) } else { self.requestBody = body }
        return .continue
    }

    private func read(_ body: ByteBuffer) {
        guard let document = JSONDocument(body), document.kind(of: JSONDocument.root) == .object else { return }
        self.requestModel = document.member("model", of: JSONDocument.root).flatMap { document.string($0) }
        if let messages = document.member("messages", of: JSONDocument.root) {
            self.userMessages = document.elements(of: messages).count { message in
                document.member("role", of: message).map { document.isString($0, "user") } ?? false
            }
        }
        self.values.take(requestBody: document)
    }
}

// MARK: - The answer

extension AIStatisticsStream: ResponseHeadHook, ResponseBodyObserver {
    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard self.start != nil, stream.responseOrigin == .upstream,
            let type = stream.response.headers[.contentType]?.lowercased(),
            self.configuration.contentTypes.contains(where: { $0 == "*" || type.contains($0) })
        else { return .continue }
        self.values.take(response: stream.response.headers)
        self.pieces = AnswerPieces(stream.response.headers, limit: self.configuration.maximumBodyBytes)
        return .continue
    }

    func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        guard var pieces = self.pieces else { return .continue }
        self.pieces = nil
        if pieces.isStreamed, self.firstToken == nil, chunk.readableBytes > 0 { self.firstToken = stream.clock.now }
        for piece in pieces.append(chunk) { self.take(piece, isEvent: pieces.isStreamed) }
        if end {
            for piece in pieces.finish() { self.take(piece, isEvent: pieces.isStreamed) }
            self.end = stream.clock.now
        }
        self.pieces = pieces
        return .continue
    }

    private func take(_ piece: JSONDocument, isEvent: Bool) {
        self.usage.add(piece)
        if isEvent { self.values.take(event: piece) } else { self.values.take(answer: piece) }
    }
}

// MARK: - What is said in the end

extension AIStatisticsStream: StreamEndHook {
    func streamEnded(_ stream: StreamContext) {
        guard let start, let pieces else { return }
        let milliseconds = { (time: NIODeadline) in Int((time - start).nanoseconds / 1_000_000) }
        let end = self.end ?? stream.clock.now
        let facts = self.facts
        if let model = facts.model { stream.setAILog("model", .string(String(model.prefix(256)))) }
        if let input = facts.input { stream.setAILog("input_token", .integer(input)) }
        if let output = facts.output { stream.setAILog("output_token", .integer(output)) }
        if let total = facts.total { stream.setAILog("total_token", .integer(total)) }
        if let id = self.usage.id { stream.setAILog("chat_id", .string(String(id.prefix(256)))) }
        if let userMessages { stream.setAILog("chat_round", .integer(userMessages)) }
        stream.setAILog("response_type", .string(pieces.isStreamed ? "stream" : "normal"))
        if let firstToken { stream.setAILog("llm_first_token_duration", .integer(milliseconds(firstToken))) }
        stream.setAILog("llm_service_duration", .integer(milliseconds(end)))
        for (key, value) in self.values.logged(self.usage) { stream.setAILog(key, value) }
        self.count(stream, facts, from: start, to: end, streamed: pieces.isStreamed)
    }

    /// Model and tokens, from attributes where these say them.
    private var facts: (model: String?, input: Int?, output: Int?, total: Int?) {
        var facts: (model: String?, input: Int?, output: Int?, total: Int?) =
            self.configuration.ignoresUsage
            ? (nil, nil, nil, nil)
            : (self.usage.model ?? self.requestModel, self.usage.input, self.usage.output, self.usage.total)
        if case .string(let model)? = self.values["model"] { facts.model = model }
        if case .integer(let count)? = self.values["input_token"], count >= 0 { facts.input = count }
        if case .integer(let count)? = self.values["output_token"], count >= 0 { facts.output = count }
        return facts
    }

    private func count(
        _ stream: StreamContext,
        _ facts: (model: String?, input: Int?, output: Int?, total: Int?),
        from start: NIODeadline,
        to end: NIODeadline,
        streamed: Bool
    ) {
        let labels = SeriesLabels(
            route: stream.routeName,
            service: stream.serviceName,
            model: facts.model,
            consumer: stream.consumer
        )
        let series = self.filter.table.series(labels, limit: self.configuration.maximumSeries)
        series.requests.increment()
        if streamed { series.streams.increment() }
        if let input = facts.input { series.inputTokens.increment(by: input) }
        if let output = facts.output { series.outputTokens.increment(by: output) }
        series.duration.record(nanoseconds: Int((end - start).nanoseconds))
        if let firstToken { series.firstToken.record(nanoseconds: Int((firstToken - start).nanoseconds)) }
    }
}
