package import NIOCore

/// The commands that were written and whose replies are still to come, in the order in which they will.
///
/// A command that timed out or was cancelled keeps its place without anybody waiting: its late reply has to be counted
/// off, or every reply behind it would go to the wrong command.
package struct RedisReplyQueue<Token> {
    package enum Taken {
        case awaited(Token)
        case abandoned
        case unsolicited
    }

    private struct Entry {
        let id: UInt64
        let timeout: TimeAmount
        let issued: NIODeadline
        /// When to look at this entry again: first for its command's sake, later for the connection's.
        var due: NIODeadline
        var token: Token?
    }

    private var entries = CircularBuffer<Entry>()
    private var lastReceived: NIODeadline

    package init(now: NIODeadline) {
        lastReceived = now
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    package mutating func append(_ command: RedisCommand<Token>) {
        entries.append(
            Entry(
                id: command.id,
                timeout: command.timeout,
                issued: command.issued,
                due: command.deadline,
                token: command.token
            )
        )
    }

    package mutating func receivedBytes(now: NIODeadline) {
        lastReceived = now
    }

    package mutating func takeNext() -> Taken {
        guard let entry = entries.popFirst() else { return .unsolicited }
        return entry.token.map(Taken.awaited) ?? .abandoned
    }

    package mutating func abandon(id: UInt64) -> Token? {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return nil }
        defer { entries[index].token = nil }
        return entries[index].token
    }

    package mutating func removeAll() -> [Token] {
        defer { entries.removeAll() }
        return entries.compactMap(\.token)
    }

    /// Abandons what is overdue.
    ///
    /// - Returns: the tokens of the overdue; whether the server has been silent for the whole timeout of one of them;
    ///   and when to look again.
    package mutating func expire(now: NIODeadline) -> (expired: [Token], isSilent: Bool, next: NIODeadline?) {
        var expired: [Token] = []
        var isSilent = false
        var next: NIODeadline?
        for index in entries.indices {
            if entries[index].due <= now {
                if let token = entries[index].token { expired.append(token) }
                entries[index].token = nil
                // A command that had to wait for the connection was written after the last bytes of the handshake.
                let silentAt = max(entries[index].issued, lastReceived) + entries[index].timeout
                isSilent = isSilent || silentAt <= now
                entries[index].due = silentAt
            }
            next = min(next ?? entries[index].due, entries[index].due)
        }
        return (expired, isSilent, next)
    }
}
