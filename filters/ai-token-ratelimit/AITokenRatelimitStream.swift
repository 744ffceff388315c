import FilterAPI
import Logging
import NIOCore

/// The limit in one stream: looked at before the request goes on, counted up when its answer has passed.
final class AITokenRatelimitStream {
    private let filter: AITokenRatelimit
    private let redis: RedisTarget
    /// Where the answer is counted; `nil` until the request was let through.
    private var window: TokenWindow?
    private var answer = AnswerUsage()

    init(_ filter: AITokenRatelimit, _ redis: RedisTarget) {
        self.filter = filter
        self.redis = redis
    }
}

extension AITokenRatelimitStream: RequestHeadHook {
    func requestHead(_ stream: StreamContext) -> FilterAction {
        guard let window = TokenWindow(self.filter.configuration.rules, stream) else { return .continue }
        return .suspend {
            let count = try await stream.callouts.redis(["GET", window.key], on: self.redis).number ?? 0
            guard count > window.limit.count else {
                self.window = window
                return .continue
            }
            let left = try await stream.callouts.redis(["TTL", window.key], on: self.redis).number ?? -1
            return self.reject(stream, reset: left < 0 ? window.limit.window.seconds : left)
        }
    }

    private func reject(_ stream: StreamContext, reset: Int) -> FilterAction {
        self.filter.rejected.increment()
        stream.setAILog("token_ratelimit_status", "limited")
        return .respond(
            self.filter.configuration.refusal.response(
                to: stream.request,
                headers: [.tokenRateLimitReset: String(reset)],
                detail: "\(AITokenRatelimit.name).rejected"
            )
        )
    }
}

extension AITokenRatelimitStream: ResponseHeadHook, ResponseBodyObserver, StreamEndHook {
    func responseHead(_ stream: StreamContext) -> FilterAction {
        guard self.window != nil, stream.responseOrigin == .upstream else { return .continue }
        self.answer.begin(stream.response.headers, limit: self.filter.configuration.maximumBodyBytes)
        return .continue
    }

    func responseBodyObserved(_ chunk: ByteBuffer, end: Bool, _ stream: StreamContext) -> FilterAction {
        self.answer.append(chunk, end: end)
        return .continue
    }

    /// Counts what the answer cost, also one that broke off, and nobody waits for it.
    func streamEnded(_ stream: StreamContext) {
        guard let window, let tokens = self.answer.usage.total, tokens > 0 else { return }
        let callouts = stream.callouts
        stream.detach {
            do {
                _ = try await callouts.redis(window.charging(tokens), on: self.redis)
            } catch {
                self.filter.logger.warning("\(tokens) tokens could not be counted: \(error)")
            }
        }
    }
}

extension HeaderName {
    /// Seconds until the limit begins anew.
    fileprivate static let tokenRateLimitReset = HeaderName("x-tokenratelimit-reset")
}
