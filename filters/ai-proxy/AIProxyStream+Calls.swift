import FilterAPI
import Logging
import NIOCore

// Calls beside the one that the route makes: to the route's service, by the provider's rules.
extension AIProxyStream {
    /// Fields that frame a message or belong to one connection; a call of its own has its own.
    private static let ownFields: [HeaderName] = [
        "connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    private func service(of stream: StreamContext) -> ServiceReference? {
        stream.serviceName.map { ServiceReference(name: $0, port: 80, host: "") }
    }

    /// Makes the call again, each time with a token that was not tried if there is one, until an answer is no failure.
    ///
    /// - Returns: The answer; `nil` when all calls failed, and the client gets the first answer.
    nonisolated(nonsending) func callAgain(
        _ rules: RetryOnFailure,
        _ stream: StreamContext
    ) async throws -> CalloutResponse? {
        guard let service = self.service(of: stream) else { return nil }
        var used = Set(self.token.map { [$0] } ?? [])
        for number in 1...rules.maximum {
            let entry = self.proxy.tokens.take(at: stream.clock.now, besides: used)
            stream.setAILog("retries", .integer(number))
            do {
                let request = self.request(as: stream.request, with: entry?.token, rules.timeout)
                let answer = try await stream.callouts.http(request, to: service)
                if let entry { self.note(answer.status, of: entry.index, stream) }
                if !rules.statuses.contain(answer.status) { return answer }
            } catch let error as CalloutError where error.code != .cancelled {
                self.proxy.logger.warning("a call could not be made again: \(error)")
            }
            if let entry { used.insert(entry.index) }
        }
        return nil
    }

    /// The request as it went to the provider, with another token.
    private func request(as head: RequestHead, with token: Secret?, _ timeout: Duration) -> CalloutRequest {
        var headers = head.headers
        for name in Self.ownFields { headers.remove(name) }
        if let token { self.active.provider.authorize(&headers, with: token) }
        return CalloutRequest(
            method: head.method,
            path: head.path,
            host: head.authority,
            headers: headers,
            body: self.sentBody,
            timeout: timeout,
            maximumResponseBytes: self.proxy.maximumBodyBytes
        )
    }

    /// Puts an answer in the place of the upstream's; its body follows in ``responseCollected(_:_:)``.
    func replaceHead(of response: inout ResponseHead, by answer: CalloutResponse) {
        response.status = answer.status
        response.headers = answer.headers
        for name in Self.ownFields { response.headers.remove(name) }
        self.replacement = answer.body
    }

    /// Notes how a call with a token went; one that is left out from now on is checked until it is good again.
    func note(_ status: Int, of token: Int, _ stream: StreamContext) {
        guard let absence = self.proxy.tokens.note(status: status, of: token, at: stream.clock.now) else { return }
        self.proxy.logger.warning(
            "a token is left out",
            metadata: ["token": "\(token)", "status": "\(status)"]
        )
        guard let failover = self.active.failover, let model = failover.model, let service = self.service(of: stream)
        else { return }
        let request = self.active.healthCheck(
            model,
            self.proxy.tokens.token(token),
            failover.timeout,
            host: stream.request.authority
        )
        TokenCheck(of: absence, every: failover.interval, request, to: service, for: self.proxy, stream).wait()
    }
}

extension AIProxyConfiguration.Active {
    /// A short chat, in the provider's form.
    ///
    /// - Parameters:
    ///   - model: The provider's name of the model.
    ///   - token: The token that is checked.
    ///   - timeout: How long it may take.
    ///   - host: The host when the provider has none of its own.
    fileprivate func healthCheck(
        _ model: String,
        _ token: Secret,
        _ timeout: Duration,
        host: String
    ) -> CalloutRequest {
        var question = ModelQuestion()
        question.model = model
        var writer = JSONWriter()
        writer.object { root in
            root.member("model", model)
            root.member("messages") { messages in
                messages.array { list in
                    list.object { message in
                        message.member("role", "user")
                        message.member("content", "who are you?")
                    }
                }
            }
        }
        var body = writer.bytes
        if let conversion = self.provider.conversion(of: .chat), let document = JSONDocument(body) {
            body = conversion.request(document, question)
        }
        var headers: HeaderFields = [.contentType: "application/json"]
        self.provider.authorize(&headers, with: token)
        let endpoint = self.provider.endpoint(of: .chat, question)
        return CalloutRequest(
            method: .post,
            path: endpoint?.path ?? "/",
            host: endpoint?.host ?? host,
            headers: headers,
            body: body,
            timeout: timeout
        )
    }
}
