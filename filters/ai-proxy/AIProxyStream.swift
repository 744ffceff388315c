import FilterAPI
import Logging
import NIOCore

/// One call to a provider.
final class AIProxyStream {
    let proxy: AIProxy
    let active: AIProxyConfiguration.Active
    private var call: ModelCall?
    private var question = ModelQuestion()
    /// The token in use, by its place.
    private(set) var token: Int?
    /// The body that was sent, kept when the call may be made again.
    private(set) var sentBody = ByteBuffer()
    /// Whether the whole request is known, so that it can be sent again.
    private var isRepeatable = false
    /// The body of an answer in the upstream's place.
    var replacement: ByteBuffer?
    /// What turns the answer; `nil` when it passes as it is.
    private var conversion: (any ModelConversion)?
    private var events: EventStreamParser?
    private var eventConversion: (any EventConversion)?

    init(_ proxy: AIProxy, _ active: AIProxyConfiguration.Active) {
        self.proxy = proxy
        self.active = active
    }

    private func refuse(_ stream: StreamContext, _ status: Int, _ reason: String) -> FilterAction {
        .respond(LocalResponse(refusing: stream.request, status: status, detail: "\(AIProxy.name).\(reason)"))
    }
}

// MARK: - The request

extension AIProxyStream: RequestHeadHook, RequestCollectHook {
    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard let call = ModelCall(stream.request) else { return self.refuse(stream, 404, "unknown_api") }
        self.call = call
        // The new host is the provider's; the route is chosen by what the client asked for.
        stream.pinRoute()
        if stream.requestHasBody, stream.request.headers.announceJSON {
            return .collect(limit: self.proxy.maximumBodyBytes)
        }
        self.isRepeatable = !stream.requestHasBody
        return self.send(stream, call)
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        guard let call = self.call, let document = JSONDocument(body)?.leavingOne(at: Self.model),
            document.kind(of: JSONDocument.root) == .object
        else { return self.refuse(stream, 400, "bad_request") }
        self.question = ModelQuestion(document, mapping: self.active.mapping)
        if !self.active.isOriginal, let conversion = self.active.provider.conversion(of: call) {
            self.conversion = conversion
            body = conversion.request(document, self.question)
            stream.request.headers.remove(.acceptEncoding)
        } else {
            body = self.adapted(document, call)
        }
        if self.active.retry != nil {
            self.sentBody = body
            self.isRepeatable = true
        }
        return self.send(stream, call)
    }

    private static let model = JSONKeyPath("model")
    private static let streamUsage = ByteBuffer(string: #"{"include_usage":true}"#)

    /// The body with the provider's model, and asking what a stream takes, which quotas and statistics need to know.
    private func adapted(_ document: JSONDocument, _ call: ModelCall) -> ByteBuffer {
        let root = JSONDocument.root
        var edits = JSONEdits(document)
        if let model = document.member("model", of: root), document.string(model) != self.question.model {
            edits.replace(model, with: JSONTree.text(self.question.model).bytes)
        } else if document.member("model", of: root) == nil, !self.question.model.isEmpty {
            edits.append(member: "model", JSONTree.text(self.question.model).bytes)
        }
        if call.isChat, self.question.streams, !self.active.isOriginal,
            document.member("stream_options", of: root) == nil
        {
            edits.append(member: "stream_options", Self.streamUsage)
        }
        return edits.text
    }

    /// Gives the request the provider's host, path and token.
    private func send(_ stream: StreamContext, _ call: ModelCall) -> FilterAction {
        guard let endpoint = self.active.provider.endpoint(of: call, self.question) else {
            return self.refuse(stream, 404, "unsupported_api")
        }
        for name in [.authorization, .xApiKey, "api-key", "x-goog-api-key"] as [HeaderName]
        where stream.request.headers.contains(name) && !self.active.tokens.isEmpty {
            stream.request.headers.remove(name)
        }
        if let (index, token) = self.proxy.tokens.take(at: stream.clock.now) {
            self.token = index
            self.active.provider.authorize(&stream.request.headers, with: token)
        }
        if let host = endpoint.host { stream.request.authority = host }
        if !self.active.isOriginal { stream.request.path = endpoint.path }
        stream.setAILog("provider", .string(self.active.type))
        return .continue
    }
}

// MARK: - The answer

extension AIProxyStream: ResponseHeadHook, ResponseCollectHook, ResponseBodyHook {
    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard stream.responseOrigin == .upstream else {
            self.conversion = nil
            return .continue
        }
        if let token { self.note(stream.response.status, of: token, stream) }
        guard self.isRepeatable, let rules = self.active.retry, rules.statuses.contain(stream.response.status) else {
            return self.beginConversion(stream)
        }
        return .suspend {
            if let answer = try await self.callAgain(rules, stream) {
                self.replaceHead(of: &stream.response, by: answer)
            }
            return self.beginConversion(stream)
        }
    }

    /// Decides by the head what becomes of the body.
    private func beginConversion(_ stream: StreamContext) -> FilterAction {
        let isReplaced = self.replacement != nil
        let unchanged: FilterAction = isReplaced ? .collect(limit: self.proxy.maximumBodyBytes) : .continue
        guard let conversion = self.conversion, stream.response.status == 200 else {
            self.conversion = nil
            return unchanged
        }
        if stream.response.headers.hasContentType("text/event-stream"), stream.response.headers.announceIdentity {
            self.events = EventStreamParser(limit: self.proxy.maximumBodyBytes)
            self.eventConversion = conversion.events(self.completion(stream))
            return unchanged
        }
        guard stream.response.headers.announceJSON else {
            self.conversion = nil
            return unchanged
        }
        return .collect(limit: self.proxy.maximumBodyBytes)
    }

    func responseCollected(_ body: inout ByteBuffer, _ stream: StreamContext) throws -> FilterAction {
        if let replacement { body = replacement }
        self.replacement = nil
        if self.events != nil {
            try self.convert(&body, end: true)
            self.events = nil
        } else if let conversion = self.conversion, let document = JSONDocument(body),
            let answer = conversion.answer(document, self.completion(stream))
        {
            body = answer
        }
        return .continue
    }

    func responseBody(_ chunk: inout ByteBuffer, end: Bool, _ stream: StreamContext) throws -> FilterAction {
        if self.events != nil { try self.convert(&chunk, end: end) }
        return .continue
    }

    /// Turns a part of an event stream.
    private func convert(_ part: inout ByteBuffer, end: Bool) throws {
        guard var events = self.events, var conversion = self.eventConversion else { return }
        self.events = nil
        var output = ByteBuffer()
        try events.append(part) { event in
            guard let document = JSONDocument(event.data), document.kind(of: JSONDocument.root) == .object else {
                return
            }
            var converted = conversion.take(document)
            output.writeBuffer(&converted)
        }
        if end {
            var rest = conversion.finish()
            output.writeBuffer(&rest)
        }
        self.events = events
        self.eventConversion = conversion
        part = output
    }

    private func completion(_ stream: StreamContext) -> ChatCompletion {
        ChatCompletion(
            id: "chatcmpl-\(UInt64.random(in: 0...UInt64.max))",
            created: Int(stream.clock.nanosecondsSince1970 / 1_000_000_000),
            model: self.question.model,
            wantsUsage: self.question.wantsUsage
        )
    }
}
