import FilterAPI
import Logging
import NIOCore

/// Counts what the answer to one request costs. Only requests that have a limit, and were let through, have one.
///
/// Touched on the stream's event loop alone.
final class TokenCount: @unchecked Sendable {
    private let window: TokenWindow
    private let redis: RedisTarget
    private let logger: Logger
    private var answer = AnswerUsage()
    private var isCharged = false

    init(_ window: TokenWindow, in redis: RedisTarget, _ logger: Logger) {
        self.window = window
        self.redis = redis
        self.logger = logger
    }

    /// Begins with the answer's header fields.
    func begin(_ headers: HeaderFields, limit: Int) {
        self.answer.begin(headers, limit: limit)
    }

    /// Takes the next part of the answer.
    func append(_ part: ByteBuffer, end: Bool) {
        self.answer.append(part, end: end)
    }

    /// Charges, once, what the answer cost so far; nobody waits for it.
    func charge(_ stream: StreamContext) {
        guard !self.isCharged, let tokens = self.answer.usage.total, tokens > 0 else { return }
        self.isCharged = true
        let (window, redis, logger, callouts) = (self.window, self.redis, self.logger, stream.callouts)
        stream.detach {
            do {
                _ = try await callouts.redis(window.charging(tokens), on: redis)
            } catch {
                logger.warning("\(tokens) tokens could not be counted: \(error)")
            }
        }
    }
}
