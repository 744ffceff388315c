import Crypto
import FilterAPI
import NIOCore

/// Counts requests in Redis, in windows that begin with the first request of a key.
///
/// Counting, beginning a window and asking how long it lasts is one script, so that it is one round trip and nothing comes
/// between. Redis keeps scripts that it has run, so the script's digest is enough; a server that does not know it, because
/// it is new or was emptied, gets the text.
struct RedisWindow: Sendable {
    static let script = """
        local used = redis.call('INCR', KEYS[1])
        local left = redis.call('PTTL', KEYS[1])
        if left < 0 then
          redis.call('PEXPIRE', KEYS[1], ARGV[1])
          left = tonumber(ARGV[1])
        end
        return {used, left}
        """

    private static let text = ByteBuffer(string: script)
    private static let digest = ByteBuffer(string: Hexadecimal.text(Insecure.SHA1.hash(data: Array(script.utf8))))

    let target: RedisTarget

    /// Counts a request.
    ///
    /// - Parameters:
    ///   - window: What is counted, and how many may pass.
    ///   - callouts: Calls to services.
    /// - Throws: ``CalloutError`` when Redis cannot be asked, or answers with something else.
    nonisolated(nonsending) func take(
        _ window: ClusterWindow,
        by callouts: any Callouts
    ) async throws -> LimitQuota {
        let rest = ["1", window.key, String(window.limit.milliseconds)].map { ByteBuffer(string: $0) }
        let reply: RedisValue
        do {
            reply = try await callouts.redis([ByteBuffer(string: "EVALSHA"), Self.digest] + rest, on: self.target)
        } catch let error as CalloutError where error.code == .errorReply && error.message.hasPrefix("NOSCRIPT") {
            reply = try await callouts.redis([ByteBuffer(string: "EVAL"), Self.text] + rest, on: self.target)
        }
        guard case .array(let values) = reply, values.count == 2, case .integer(let used) = values[0],
            case .integer(let left) = values[1]
        else { throw CalloutError(.protocolError, "the script's reply is not two whole numbers") }
        return LimitQuota(limit: window.limit.count, used: used, reset: max(1, Int((Double(left) / 1000).rounded(.up))))
    }
}
