import FilterAPI
import Logging
import NIOCore

/// Quota in one stream: asked for before the request goes on, charged when the answer has passed.
final class AIQuotaStream {
    private let filter: AIQuota
    private let request: QuotaRequest
    private let redis: RedisTarget
    /// Who pays; `nil` until the request was let through, and once it was charged.
    private var payer: String?
    private var answer = AnswerUsage()

    init(_ filter: AIQuota, _ request: QuotaRequest, _ redis: RedisTarget) {
        self.filter = filter
        self.request = request
        self.redis = redis
    }

    private func key(of consumer: String) -> String { self.filter.configuration.keyPrefix + consumer }
}

// MARK: - Before the answer

extension AIQuotaStream: RequestHeadHook, RequestCollectHook {
    /// The most bytes of an order.
    private static let maximumOrderBytes = 4096

    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard let consumer = stream.consumer, !consumer.isEmpty else {
            return self.reply(
                401,
                "no_key",
                "Request denied by ai quota check. No Key Authentication information found."
            )
        }
        if self.request == .completion { return self.ask(consumer, stream) }
        guard consumer == self.filter.configuration.adminConsumer else {
            return self.reply(403, "unauthorized", "Request denied by ai quota check. Unauthorized admin consumer.")
        }
        if self.request == .query { return self.query(stream) }
        return .collect(limit: Self.maximumOrderBytes)
    }

    private func ask(_ consumer: String, _ stream: StreamContext) -> FilterAction {
        .suspend {
            let reply = try await stream.callouts.redis(["GET", self.key(of: consumer)], on: self.redis)
            guard (reply.number ?? 0) > 0 else {
                self.filter.refused.increment()
                return self.reply(403, "noquota", "Request denied by ai quota check, No quota left")
            }
            self.payer = consumer
            return .continue
        }
    }

    private func query(_ stream: StreamContext) -> FilterAction {
        guard let order = QuotaOrder(FormValues(stream.request.query ?? "", isForm: false), amountName: nil) else {
            return self.reply(403, "unauthorized", "Request denied by ai quota check. consumer can't be empty.")
        }
        return self.perform(["GET", self.key(of: order.consumer)], stream) { reply in
            var writer = JSONWriter()
            writer.object {
                $0.member("consumer", order.consumer)
                $0.member("quota", reply.number ?? 0)
            }
            return ("queryquota", String(buffer: writer.bytes), "application/json")
        }
    }

    func requestCollected(_ body: inout ByteBuffer, _ stream: StreamContext) -> FilterAction {
        let isRefresh = self.request == .refresh
        let amountName = isRefresh ? "quota" : "value"
        let parameters = FormValues(Substring(String(buffer: body)), isForm: true)
        guard let order = QuotaOrder(parameters, amountName: amountName) else {
            return self.reply(
                403,
                "unauthorized",
                "Request denied by ai quota check. consumer can't be empty and \(amountName) must be integer."
            )
        }
        let key = self.key(of: order.consumer)
        if isRefresh {
            return self.perform(["SET", key, String(order.amount)], stream) { _ in
                ("refreshquota", "refresh quota successful", "text/plain")
            }
        }
        return self.perform(["INCRBY", key, String(order.amount)], stream) { _ in
            ("deltaquota", "delta quota successful", "text/plain")
        }
    }

    /// Sends a command for an operator, and answers with what became of it.
    private func perform(
        _ command: [String],
        _ stream: StreamContext,
        _ words: @escaping (RedisValue) -> (detail: String, text: String, type: String)
    ) -> FilterAction {
        .suspend {
            do {
                let value = try await stream.callouts.redis(command, on: self.redis)
                let (detail, text, type) = words(value)
                return self.reply(200, detail, text, type: type)
            } catch let error as CalloutError where error.code != .cancelled {
                self.filter.logger.warning("a quota could not be read or changed: \(error)")
                return self.reply(503, "error", "redis error:\(error.code.rawValue)")
            }
        }
    }

    private func reply(_ status: Int, _ reason: String, _ text: String, type: String = "text/plain") -> FilterAction {
        .respond(LocalResponse(status: status, text: text, contentType: type, detail: "\(AIQuota.name).\(reason)"))
    }
}

// MARK: - The answer

extension AIQuotaStream: ResponseHeadHook, ResponseBodyObserver, StreamEndHook {
    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard self.payer != nil, stream.responseOrigin == .upstream else { return .continue }
        self.answer.begin(stream.response.headers, limit: self.filter.configuration.maximumBodyBytes)
        return .continue
    }

    func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        self.answer.append(chunk, end: end)
        if end { self.charge(stream) }
        return .continue
    }

    /// An answer that broke off has its price, too.
    func streamEnded(_ stream: StreamContext) { self.charge(stream) }

    /// Charges what the answer cost, as soon as that is known: a client that is slow to take it has spent it already. Nobody
    /// waits for it.
    private func charge(_ stream: StreamContext) {
        guard let payer, let tokens = self.answer.usage.total, tokens > 0 else { return }
        self.payer = nil
        let key = self.key(of: payer)
        let callouts = stream.callouts
        stream.detach {
            do {
                _ = try await callouts.redis(["DECRBY", key, String(tokens)], on: self.redis)
                self.filter.charged.increment(by: tokens)
            } catch {
                self.filter.logger.warning("\(tokens) tokens could not be taken off a quota: \(error)")
            }
        }
    }
}
